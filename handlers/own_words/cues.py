"""What people's words mean to the bot: each cue with its phrases, and the words that say nothing.

A cue whose name is one of a sub-command's choices chooses it: `overdue`, `blocked`.
"""

from enum import StrEnum


class Cue(StrEnum):
    """Something that a sentence says, whatever it is said of."""

    OVERDUE = "overdue"
    SOON = "soon"
    BLOCKED = "blocked"
    IN_PROGRESS = "in progress"
    COMPLETE = "complete"
    RECURRING = "recurring"
    ROUNDS = "rounds"
    COVERED = "covered"
    NOT_STARTED = "not started"
    OPEN = "open"
    ALL = "all"
    NOT_YET_DUE = "not yet due"
    NO_MEASURE = "no measure"
    NO_UPDATE = "no update"
    VACANT = "vacant"
    DUE = "due"
    # Of something that ought to have been done by a day that is over.
    SHOULD_HAVE = "should have"
    CHANGED = "changed"
    LAST_MEETING = "last meeting"
    MEETINGS = "meetings"
    REQUESTS = "requests"
    SIGNED = "signed"
    FINDINGS = "findings"
    STUCK = "stuck"
    WHO = "who"
    ABOUT = "about"
    MEASURE = "measure"
    DEPENDS = "depends"
    EVIDENCE = "evidence"
    RECORDED = "recorded"
    OVERALL = "overall"
    MOST = "most"
    MINE = "mine"
    ROLES = "roles"
    SILENT = "silent"
    EXCEPTIONS = "exceptions"
    PLANS = "plans"
    WAITING = "waiting"
    WEAK = "weak"
    TARGET = "target"
    OFF_TARGET = "off target"
    TREND = "trend"
    COMPARISON = "comparison"
    KPIS = "kpis"
    REMINDERS = "reminders"
    RECEIVED = "received"
    NEXT_SENDING = "next sending"
    WORDING = "wording"
    CONTACT = "contact"
    UNDO = "undo"
    HOW_TO = "how to"
    HELP = "help"
    CHILD = "child"
    DESTROY = "destroy"


# The longest phrase counts: "not started" before "started".
_PHRASES: dict[Cue, str] = {
    Cue.OVERDUE: (
        "overdue|late|behind|past due|past their date|past its date|past the deadline|missed|slipped|"
        "slipping|out of date|running late|overrun|gone over|behind schedule|not on time|and is not|"
        "and are not|but is not|but are not|and has not been|but has not been|and have not been"
    ),
    Cue.SOON: (
        "due soon|soon|coming up soon|next up|up next|what is next|what comes next|next deadline|"
        "next due|due next|next thing due|next to be done|next one due"
    ),
    Cue.BLOCKED: (
        "blocked|stuck|held up|on hold|stalled|in trouble|holding up|holding it up|in the way|"
        "getting in the way|at a standstill|jammed|can not move|can not progress|can not go on|"
        "can not start|can not get going|going nowhere|is not moving|not moving|not getting anywhere"
    ),
    Cue.IN_PROGRESS: (
        "in progress|under way|underway|ongoing|on going|being worked on|started|in hand|on the go|"
        "in train|has begun|have begun|made a start|got going|kicked off|got started|begun|"
        "back under way|back underway|back on track with|started but not finished|"
        "begun but not finished|started and not finished|started but not done"
    ),
    Cue.COMPLETE: (
        "complete|completed|finished|done|closed|delivered|have we done|have we finished|ticked off|"
        "in the bag|tick off|mark off|cross off|crossed off|wrapped up"
    ),
    Cue.RECURRING: (
        "recurring|recur|recurs|repeats|repeating|repeats every term|every term|each term|"
        "come round again|comes round again|keep coming round|happen more than once"
    ),
    Cue.ROUNDS: (
        "rounds|round|last round|next round|previous rounds|each round|round results|audit results|"
        "audit result|last audit result|result of the audit|results of the audit|result of the last audit|"
        "how did the audit go|how did the last audit go"
    ),
    Cue.COVERED: (
        "coverage|covered|is covered|are covered|not covered|is not covered|are not covered|uncovered|"
        "been trained|have been trained|has been trained|not trained|been briefed|have been briefed|"
        "not been trained|not been briefed|not been covered"
    ),
    Cue.NOT_STARTED: (
        "not started|not begun|not yet started|not yet begun|has not started|have not started|"
        "has not begun|have not begun|not begun yet|not started yet|unstarted|untouched|"
        "nobody has started|to be started|has not been started|have not been started|"
        "not been started|not been begun|no start made|nobody started|nobody even started|"
        "nobody has even started|no one started|no one has started|not even started"
    ),
    Cue.OPEN: (
        "open|still open|outstanding|left to do|still to do|remaining|unfinished|not finished|not done|"
        "not complete|not completed|incomplete|still to be done|to do"
    ),
    Cue.ALL: "everything|all of it|all of them|every action|all actions|all the actions|whole list",
    Cue.NOT_YET_DUE: (
        "not due yet|not yet due|not due|is not due|are not due|not late|not overdue|not behind|"
        "is not late|are not late|is not overdue|are not overdue|not late yet|in good time"
    ),
    Cue.NO_MEASURE: (
        "no measure|no measures|without a measure|without measures|no measure of its own|"
        "has not got a measure|have not got a measure|has not got a measure of its own|"
        "does not have a measure|do not have a measure|lacks a measure|not measured"
    ),
    Cue.NO_UPDATE: (
        "no update|no updates|without an update|without any update|nobody put an update on|"
        "nobody has put an update on|nobody has updated|not been updated|never updated|"
        "never been updated|nobody updated|nothing recorded|nothing has been recorded|"
        "no progress recorded|no word on|nobody written an update|nobody has written an update|"
        "nobody written a update|nobody has written a single update|nobody written a single update|"
        "nobody has touched|not been touched|no one has touched|nobody touched|"
        "nobody has said anything about"
    ),
    Cue.VACANT: (
        "nobody|no one|vacant|no holder|unfilled|no person|not filled|empty|without a holder|has no lead|"
        "no lead|without a lead|nobody holds|no one holds"
    ),
    Cue.DUE: (
        "due|deadline|deadlines|coming up|by when|when is it due|falls due|fall due|to be done by|"
        "due date|due dates|when is|finish date|target date|need to be done|needs to be done|"
        "needs doing|need doing|will be late|will be overdue|going to be late|going to be overdue|"
        "about to be late|become late|become overdue|becoming late|getting late|falling due|finishing|"
        "to finish|wrapping up"
    ),
    Cue.SHOULD_HAVE: (
        "should have been done|should have been finished|should be done|should be finished|"
        "should have been complete|should have been completed|was due|were due|should have happened|"
        "ought to be done|was meant to be done|were meant to be done|supposed to be done|"
        "meant to finish|meant to be finished|supposed to finish|supposed to be finished|"
        "should have finished|were meant to finish|was meant to finish"
    ),
    Cue.CHANGED: (
        "changed|changes|change|moved|news|updated|has happened|happened|different|movement|"
        "progressed|what is new|anything new|is new|whats new|new since|happen|anything happen|"
        "going on since|updates|any updates|got updated|been updated|what moved"
    ),
    Cue.MEETINGS: "board meetings|next meeting|next board meeting|next board",
    Cue.REQUESTS: "requests|board requests|requests of the board|asked for by the board|the board asked for",
    Cue.FINDINGS: "inspection findings|findings of the inspection|the findings|what inspectors found",
    Cue.STUCK: "did it stick|has it stuck|did they stick|what came back|came back|come back|mended for good",
    Cue.SIGNED: "signed up|signed the plan|sign up|sign-up|signatories|has signed|have signed|not signed",
    Cue.LAST_MEETING: (
        "last board|last meeting|last board meeting|board last met|we last met|last time we met|"
        "previous meeting|previous board"
    ),
    Cue.WHO: (
        "who|whose|who leads|who is leading|responsible|responsible for|in charge|in charge of|"
        "accountable|owner|owns|lead for|leads on|who do i speak to|who do i talk to|who do i ask|"
        "who should i speak to|who should i ask|who can i ask|lead on|leads|lead|do i chase|"
        "should i chase|to chase|chase|do i go to|point of contact for|looks after|look after the|"
        "stands in for|stand in for|standing in for|covers for|cover for|covering for|deputy for|"
        "deputy of|deputises for|stands in"
    ),
    Cue.ABOUT: (
        "about|tell me about|status|status of|where are we with|where are we on|how is|how are|"
        "progress on|details|detail|what does it say|explain|describe|update on|latest on|how far|"
        "state of|why is|why are|why|how long is left on|how long have i got left on|how long left|"
        "how long is left|how long have we got|what happened to|what happened with|what became of|"
        "the score|what is the score|remind me what|how often|supposed to happen|meant to happen|"
        "where it is at|is at"
    ),
    Cue.MEASURE: (
        "how will we know|how do we know|counts as done|count as done|measure of success|success|"
        "measured|measure|measures|what good looks like|worked|works|tell it worked|is it working|"
        "evidence of impact|done look like|pass mark|need to hit|close off|to close off|sign it off|"
        "before i can close|before we can close|to be done with|what standard|have to hit|"
        "do we have to hit|to be ok|to be okay"
    ),
    Cue.DEPENDS: (
        "depend|depends|depend on|depends on|rely|relies|rely on|relies on|linked to|link to|"
        "connected to|refer to|refers to|waits for|wait for|hang on|hangs on|relying|relying on|"
        "is relying on|depending on|hanging on|waiting on"
    ),
    Cue.EVIDENCE: (
        "evidence|proof|evidence for|evidence of|show for it|backed up|documents for|signed off|"
        "been signed off|is it signed off|have to show for|got to show for|to show for"
    ),
    Cue.RECORDED: (
        "recorded|been recorded|history|history of|been said|been noted|noted|logged|log|the record|"
        "record of|been written|audit trail|previous updates|earlier updates|been logged against|"
        "logged against|recorded against|written against"
    ),
    Cue.OVERALL: (
        "overall|headlines|headline|summary|summarise|summarize|at a glance|on track|"
        "how are we doing|how are we getting on|how is it going|how is it all going|big picture|"
        "the picture|overview|end up|ended up|turn out|turned out|should worry me|worries me|worry|"
        "be worried|where are we|how do we stand|where do we stand|how does it stand|"
        "how does the plan stand|how is the plan|how is the plan going|how is the plan doing|"
        "how are things|state of play|in short|in a nutshell|on course|getting there|going well|"
        "going|altogether|in total|how many actions are there|how did we stand|where did we stand|"
        "will we make it|running to time|running on time|are we on time|main numbers|"
        "how did it stand|how did the plan stand|how things stood|where we stood|how were we doing|"
        "where were we|headlines for the board|give me the headlines|need to raise|should i raise|"
        "to raise at|outcomes were achieved|outcomes achieved|outcomes have been achieved|out of how many"
    ),
    Cue.MOST: ("most|worst|the most|biggest|by lead|who is worst|furthest|per lead|longest|the longest"),
    Cue.MINE: (
        "mine|my|my own|my actions|do i need to do|do i have to do|am i covering|am i leading|"
        "do i lead|have i got|i lead|i have to do|i need to do|on my plate|am i responsible for|"
        "i got|should i do|must i do|do i have|my list|my to do list|am i doing|do i do|me to do|"
        "i am covering|am i|i am late|i am behind|i am leading|i am responsible for|i am meant to|"
        "i am doing|am i down for|am i on the hook for|am i in charge of|down to me|on me|"
        "i am down for"
    ),
    Cue.ROLES: (
        "roles|role|posts|post|who leads what|who does what|who holds what|leads what|lead roles|lead role"
    ),
    Cue.SILENT: (
        "silent|quiet|said nothing|not said anything|has not said anything|have not said anything|"
        "gone quiet|gave no update|gave no updates|gave an update|not updated|has not updated|"
        "have not updated|not reported|heard nothing from|"
        "not heard from|not given an update|has not given an update|have not given an update|"
        "given no update|not given any update"
    ),
    Cue.EXCEPTIONS: (
        "exceptions|exception|not answered|has not answered|have not answered|not replied|"
        "has not replied|have not replied|ignored|ignoring|no reply|no answer|unanswered"
    ),
    Cue.PLANS: (
        "which plans|what plans|plans are there|plans do we have|plans have we got|list plans|"
        "list the plans|all plans"
    ),
    Cue.WAITING: (
        "waiting for me|waits for me|waiting for a coordinator|awaiting sign off|sign off|signing off|"
        "to sign off|to approve|need approval|needs approval|waiting for approval|in my queue"
    ),
    Cue.WEAK: (
        "weak points|weak point|weaknesses|weakness|badly written|wrong with the plan|gaps in the plan|"
        "holes in the plan|how good is the plan written"
    ),
    Cue.TARGET: (
        "target|its target|on target|meeting its target|meet its target|meeting the target|"
        "hit its target|hitting its target|hitting the target|reach its target|meeting target|"
        "good enough|hitting|hit|hitting target|ambition|the ambition|goal|aim|meeting it|"
        "are we meeting it|meeting them|what we said we wanted|said we wanted|what we wanted|"
        "anywhere near|near what we said|where we want to be|where we should be"
    ),
    Cue.OFF_TARGET: (
        "off target|below target|under target|targets are we missing|targets we are missing|"
        "missing targets|"
        "missing our targets|targets missed|targets do we miss|not meeting|not meeting target|"
        "not on target|not met|red|in the red|failing|targets are not met|targets have we missed|"
        "targets are missed|missing their target|missing their targets|underperforming"
    ),
    Cue.TREND: (
        "trend|trends|going up|going down|gone up|gone down|rising|falling|increasing|decreasing|"
        "growing|shrinking|over the years|over time|getting better|getting worse|better or worse|"
        "up or down|improving|direction|direction of travel|on the rise|got better|got worse|"
        "got better or worse|better|worse|dropped|dropping|grown|been growing|climbing|"
        "on the year before|than the year before|on last year|than last year"
    ),
    Cue.COMPARISON: (
        "against|compared to|compared with|compare to|compare with|compared|compare|comparison|"
        "versus|vs|national|nationally|england|neighbours|neighbour|statistical neighbours|benchmark|"
        "elsewhere|other councils|other counties|similar councils|similar counties|"
        "rest of the country|country|higher|lower|higher or lower|than the rest of the country|"
        "the rest|than other|than england|than elsewhere"
    ),
    Cue.KPIS: (
        "kpis|kpi|how do our figures stand|our figures|indicators|indicator|performance figures|"
        "all figures|all the figures|all kpis|dashboard|"
        "scorecard|score card|performance board"
    ),
    Cue.REMINDERS: (
        "reminder|reminders|the letter|letter|termly letter|termly reminder|threshold letter|"
        "threshold reminder"
    ),
    Cue.RECEIVED: (
        "received|receive|get the letter|got the letter|get the reminder|got the reminder|get it|"
        "got it|reach|reached|not reach|could not reach|been reached|seen it|seen the reminder|"
        "seen the letter|have answered|delivered to|not seen|been sent the reminder|had the reminder|"
        "had the letter|acknowledged|acknowledge|confirmed|seen|been reminded|did every school get|"
        "has every school got|did all schools get|have all schools got|did all the schools get|"
        "did the schools get|looked at|look at|read it|opened|opened it|had the threshold letter|"
        "got the threshold letter|everyone had|everybody had|everyone got|everybody got|"
        "everyone had it|had it|getting these|getting them|getting the reminder|getting reminders|"
        "last get|last got|last sent|last go out|last went out"
    ),
    Cue.NEXT_SENDING: (
        "next one go out|next one goes out|next reminder|next letter|go out next|goes out next|"
        "sent next|send next|next sent|next send|go out|next go out|one go out|one goes out|"
        "going out|goes out"
    ),
    Cue.WORDING: (
        "will be sent|be sent|going to be sent|schools be told|schools will be told|schools will get|"
        "will schools get|schools get told|wording|text of|preview|does it say|does it actually say|"
        "say to them|it say to schools|text say"
    ),
    Cue.CONTACT: (
        "do we call about a child|do i call about a child|do we ring about a child|"
        "do i ring about a child|should i call about a child|do i ring|do i call|do i phone|"
        "do we ring|do we call|do we phone|should we ring|"
        "should we call|call about a child|ring about a child|call about|ring about|should i ring|"
        "should i call|can i ring|can i call|contact|"
        "our contact|phone number|telephone number|to ring|to call|mash contact|number for|"
        "number of the mash|number for the mash|ring at|call at"
    ),
    Cue.UNDO: (
        "undo|undo that|undo it|take it back|take that back|take back|scrap that|that was wrong|"
        "i made a mistake|made a mistake|revert|delete my last update|remove my last update|"
        "delete my update|cancel my update|undo my last"
    ),
    Cue.HOW_TO: (
        "how do i|how can i|how to|how would i|how should i|how does one|help with|help me with|help on|"
        "show me how to|can you show me how|what do i type|how do you|where do i"
    ),
    Cue.HELP: (
        "help|what can you do|what can i do|what can i ask|what do you do|what are you for|how do you work|"
        "who are you|what is this|what can i say|what else can you do|commands|instructions|"
        "how does this work|can i ask|can i ask you|could i ask|can i ask of you|can you help|"
        "can you help me|what can this thing do|what can this do|what can it do|what can the bot do|"
        "new here|i am new here|am new here|am new to this|new to this"
    ),
    Cue.CHILD: (
        "worried about a|concerned about a|concern about a|worry about a|at risk of harm|is being hurt|"
        "being abused|been hurt|is not safe|is in danger"
    ),
    Cue.DESTROY: (
        "delete|wipe|destroy|start again|start over|ignore your rules|ignore your instructions|"
        "ignore all|forget your rules|forget your instructions|remove the plan|remove everything|"
        "remove all|remove this plan|drop the plan|drop everything|drop all|clear the plan|"
        "clear everything|reset the plan|reset everything|erase the plan|erase everything|erase all|"
        "bypass the rules|override your rules"
    ),
}

# What may be recorded of an action.
STATUSES = frozenset([Cue.IN_PROGRESS, Cue.BLOCKED, Cue.COMPLETE, Cue.NOT_STARTED])
# Words that are not asked about: they say nothing that another answer would need.
_SMALL = (
    "a an the of to in on at by for from with and or but if then than that this these those it its "
    "is are was were be been being am do does did doing have has had got get getting can could would "
    "will shall may might should must i me we us our ours you your they them their he she his her "
    "there here what which when where how many much any anything something nothing thing things one "
    "ones so far now today currently please pls plz ta thanks thank cheers hi hiya hello hey morning "
    "afternoon dear kindly just quickly quick also still yet already ever again really actually only "
    "both each every some more up out over about into give show tell list display find see look "
    "bring pull let know like want need wanted wondering ask asking say said question questions "
    "answer action actions item items task tasks plan plans section sections recommendation "
    "recommendations number numbers figure figures current latest moment time date dates day as well "
    "yes ok okay right im ive id weve theyre whats whos hows wheres isnt hasnt havent arent dont "
    "doesnt didnt wont cant who whose why all whole everything everyone anybody anyone sort kind bit "
    "little lot involving involve involves involved including include includes concerning regarding "
    "related relating under within signed go goes going come comes coming make makes made u r ur n "
    "bout gimme wanna gonna lol partner partners leading working plate term terms onto sorry bother "
    "trying minute supposed room hold says read hear heard put putting work works live lives turn "
    "turns atm part area areas stuff lads folks guys mate team teams maybe perhaps think thought "
    "wats wat thx kno kn pls came out group executive exec board supposed guess wonder remind "
    "reminded check checking possible possibly able hope hoping else otherwise "
    "anyway basically exactly roughly around presently recently meant mean means proper properly own "
    "real clear actual long left new old other others same different certain person people someone "
    "somebody somewhere everybody everywhere somehow because since while during inside outside "
    "between among across through per year years month months week weeks happen happens happening "
    "happened end ends start starts begin begins keep kept take takes taken use used using off down "
    "back away behind front top bottom full set sets less most least few several enough plus minus "
    "lately even short went too very quite rather such diary deliver delivering falls fall sorts matter "
    "matters regards "
    "bits present gone carrying forget always remember honest news single written write"
)
SMALL_WORDS = frozenset(_SMALL.split())
# Words of a question at its beginning: what follows asks and tells nothing.
_ASKING = (
    "what which who whose when where why how is are was were has have had do does did can could "
    "would will any anything show list tell give find"
)
ASKING = frozenset(_ASKING.split())

PHRASES: dict[tuple[str, ...], Cue] = {
    tuple(phrase.split()): cue for cue, phrases in _PHRASES.items() for phrase in phrases.split("|")
}
if len(PHRASES) != sum(len(phrases.split("|")) for phrases in _PHRASES.values()):
    every = [phrase for phrases in _PHRASES.values() for phrase in phrases.split("|")]
    raise ValueError(f"a phrase with two cues: {next(one for one in every if every.count(one) > 1)}")
LONGEST_PHRASE = max(map(len, PHRASES))
WORDS = frozenset(word for phrase in PHRASES for word in phrase) | SMALL_WORDS
