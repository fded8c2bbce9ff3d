"""Words that a particular child is being harmed: a disclosure, which no plan, question or note may store.

The writer needs to know at once who to call. A question about harm in general is an ordinary question and has
to pass: people stop asking a bot that refuses those. So the rules look for three things close together: one
child (or the writer themselves), harm, and no sign that the text is about many children, training or papers.
"""

import re

from db.rules.any_of import AnyOf
from db.rules.first_names import is_first_name
from db.rules.plain_text import plain_text


def _any_of(*alternatives: str, whole_words: bool = False) -> re.Pattern[str]:
    """A pattern for any of these at the beginning of a word, in small or capital letters."""
    end = r"\b" if whole_words else ""
    return re.compile(rf"\b(?:{'|'.join(alternatives)}){end}", re.IGNORECASE)


_CHILD = (
    r"(?:child|pupil|student|boy|girl|baby|toddler|lad|lass|teenager|teen|youngster|kid|infant|newborn|"
    r"little (?:one|boy|girl)|"
    r"young (?:person|man|woman|lady)|(?:\w+|\d+)[ -]year[ -]old|sibling|brother|sister|son|daughter|"
    r"niece|nephew|"
    r"grandson|granddaughter|grandchild|stepson|stepdaughter|friend|classmate|learner|twin)"
)
# One child, and not children in general: "a boy in my class", "one of our pupils", "this girl", "my nephew".
_ONE_CHILD = re.compile(
    rf"\b(?:(?:one|two|three|some) of (?:our|my|the|your|their|these) (?:[\w-]{{1,15}} "
    rf"){{0,2}}(?:children|pupils|students|boys|girls|kids|learners|"
    rf"year \d{{1,2}}s?|y\d{{1,2}}s?|teens|lads|siblings)"
    rf"|(?:a|an|the|this|that|my|our|another|her|his|their|same|new|little|youngest|eldest|oldest|"
    rf"[\w-]{{1,12}}'s) (?:[\w'-]{{1,15}} ){{0,3}}{_CHILD}\b(?!s|'s (?:work|services|social))"
    rf"|(?:someone|somebody) in (?:my|our|the) (?:class|form|school|year|tutor group)|(?:two|the two|the "
    rf"\d|both|three) (?:brothers|sisters|siblings|boys|girls|pupils|kids|children)"
    rf"|child [a-z]\b(?! (?:is|was|came|has)\b)?|(?:an? )?(?:year|yr|y) ?\d{{1,2}} (?:boy|girl|pupil|"
    rf"student|child|lad))"
    rf"|(?:^|[.;:] )(?:{_CHILD}|yp|mum|mother|dad|father|parents?|stepdad|stepmum|uncle)\b(?! "
    rf"(?:protection|who|and|sexual|death|centre|in need|line|evenings?|voice|hubs?|forum|consultation|"
    rf"group|groups|support|carer|carers|survey)\b)",
    re.IGNORECASE,
)
_SOMEBODY = _any_of(
    r"he|she|him|her|his|hers|himself|herself|he's|she's|he'd|she'd|i|i'm|i've|me|my",
    r"they (?:leave|lock|beat|hit|make|starve|keep) (?:him|her)",
    whole_words=True,
)
_PERSON = (
    r"(?:him|her|them|me|his|my|one of|mum|mummy|mother|dad|daddy|a (?:boy|girl|child|pupil|student)|"
    r"the (?:new |little |poor )?(?:boy|girl|child|baby|toddler|kids?|children|little one))"
)
_HIT = (
    r"(?:hit(?:s|ting)?|hurt(?:s|ing)?|beat(?:s|en|ing)?|punch(?:es|ed|ing)?|slap(?:s|ped|ping)?|"
    r"kick(?:s|ed|ing)?|smack(?:s|ed|ing)?|attack(?:s|ed|ing)?|"
    r"chok(?:e|es|ed|ing)|strangl(?:e|es|ed|ing)|burn(?:s|t|ed|ing)?|whip(?:s|ped|ping)?|belt(?:s|ed)?|"
    r"shak(?:e|es|ing)|shook|push(?:es|ed)|grab(?:s|bed)|"
    r"drag(?:s|ged|ging)?|pinch(?:es|ed)|threaten(?:s|ed|ing)?|scream(?:s|ed|ing)?(?: at)?|shout(?:s|ed|"
    r"ing) at|lock(?:s|ed|ing)?|starv(?:e|es|ed|ing)|film(?:s|ed|ing)?|watch(?:es|ed|ing)?|"
    r"touch(?:es|ed|ing)?|rap(?:es|ed|ing)|molest(?:s|ed|ing)?|abus(?:es|ed|ing)|assault(?:s|ed|ing)?|"
    r"groom(?:s|ed|ing)|exploit(?:s|ed|ing)|"
    r"blackmail(?:s|ed|ing)?|stabb?(?:s|ed|ing)?|spit(?:s|ting)? (?:at|on)|thr(?:ow|ows|ew)|tie[sd]|"
    r"force[sd]|kiss(?:es|ed|ing)|bit(?:es)?|whack(?:s|ed)|clout(?:s|ed)|thump(?:s|ed))"
)
_CLOSE = (
    r"(?:step-?)?(?:mum|mom|mam|mother|dad|father|brother|sister|uncle|aunt\w*|cousin|"
    r"grand(?:dad|father|pa|ma|mother)|nan|nana|gran|boyfriend|partner|coach|babysitter|carer|parents?|"
    r"mummy|daddy)"
)
_BODY = (
    r"(?:arm|leg|face|neck|back|hand|head|cheek|eye|ear|wrist|body|chest|shoulder|thigh|bottom|forehead|"
    r"skin|foot)s?\b"
)
# Things that happen to a body or to a life. Said of one child, they need no more.
_CONCRETE = _any_of(
    rf"{_HIT} {_PERSON}\b(?! (?:team|budget|service|staff|figures|chances|case|work|plan|targets?)\b)",
    r"(?:is|was|were|are|been|being|gets?|got|getting|be|been) (?:\w+ly |regularly |often |always |"
    r"sometimes |repeatedly )?(?:being )?(?:hit|hurt|beaten(?! to the)|punched|slapped|kicked|smacked|"
    r"choked|"
    r"strangled|burnt|burned|bitten|raped|molested|groomed|trafficked|starved|tied up|whipped|shaken|"
    r"touched|locked (?:in|out|up)|left (?:alone|on (?:his|her|their) own|with)|cut|sold|abused|"
    r"assaulted|exploited|blackmailed|threatened|belted|pimped|passed around|suicidal|self-?harming|"
    r"stabbed|neglected|attacked|knocked (?:about|around)|grabbed|thrown|dragged|pushed|scratched|"
    r"harmed|fingered|filmed|taken abroad|radicalised|forced|made to)",
    r"(?:he|she|they|him|her)(?:'s| has| was| is)? (?:being )?(?:made|forced) (?:to |work|sleep)",
    r"(?:ma(?:ke|kes|de|king)|forc(?:es|ed|ing)) (?:him|her|them|me) (?!feel)|bruis(?:e|es|ed|ing)",
    r"black eyes?",
    r"(?:burn|cigarette|rope|iron|bite|belt|hand|finger|slap|grip|strangulation|whip) ?(?:burns?|"
    r"marks?|prints?)",
    r"marks (?:on|around|across|all)|(?:ligature|grip|loop|bite|red|a|the|new) marks? (?:on|around|"
    r"across|all)",
    rf"mark (?:on|around|across) (?:(?:his|her|their|my|the|left|right|one|both|upper|lower) "
    rf"){{0,2}}{_BODY}|welts?",
    r"(?:cuts?|scars?|scratches|burns) (?:all )?(?:on|up|all over|to|along|across|down)|fresh cuts",
    r"split lip|busted lip",
    r"(?:broken|clearly broken|fractured) (?:arm|rib|ribs|bone|wrist|leg|nose|jaw)",
    r"(?:arm|rib|leg|wrist|nose) is (?:clearly )?broken|unexplained (?:fracture|injur\w+|bruis\w+)",
    r"fracture[sd]? of|bleeding|scald\w*|(?:non-accidental|nai)\b",
    r"cut(?:s|ting)? (?:him|her|them|my)sel(?:f|ves)",
    r"(?:burn|starv|hurt|harm|scratch)\w* (?:him|her|my)self",
    r"(?:burn(?:s|t|ed|ing)?|cut(?:s|ting)?|slit(?:s|ting)?) (?:his|her|my) (?:arms?|legs?|wrists?|"
    r"thighs?)",
    r"under ?water|fingers? (?:in|inside|up) (?:her|him|me|my|his)|break (?:his|her|my) ",
    r"by the (?:throat|neck|hair|arm)|in the shower|undress\w*|crying for (?:hours|days)|for sex",
    r"(?:gets|got|given) the (?:belt|slipper|stick|cane)|had (?:a|any) (?:meal|dinner|food)",
    r"(?:meal|food|eaten|ate) (?:for|in) (?:\w+ )?days|on (?:heroin|crack|spice|cocaine)",
    r"self-?harm(?:s|ed|ing)|(?:has |have |having |been )self-?harm\w*|overdos\w*",
    r"took (?:\w+ ){0,3}(?:tablets|pills|paracetamol)|taken (?:\w+ ){0,3}(?:tablets|pills|paracetamol)",
    r"making (?:him|her)self sick|end (?:it all|it\b|his life|her life|my life|their life)",
    r"kill(?:ing)? (?:him|her|my)self|kills? (?:him|her|me)|wants? to (?:die|end)|better off dead",
    r"wish(?:es|ed)? (?:he|she|i) (?:was|were|had never)",
    r"(?:doesn't|does not|didn't) want to (?:be here|live|be alive|go home)",
    r"jump(?:ing)? (?:off|from|in front)",
    r"(?:scared|afraid|frightened|terrified) (?:of (?:going|his|her|my|dad|mum|him|what)|"
    r"to go (?:home|back))",
    r"too (?:scared|frightened) to|flinch(?:es|ed|ing)?|cower(?:s|ed|ing)",
    r"(?:nobody|no ?one) (?:feeds|looks after|is (?:ever )?(?:in|home|there)|cares|to look)",
    r"(?:not|isn't|never|hasn't|haven't|hadn't) (?:been |being )?(?:fed|eaten|washed|eating|"
    r"had (?:breakfast|dinner|anything|any food))",
    r"no (?:food|heating|electric\w*|bed|dinner|tea|breakfast)\b",
    r"(?:nothing|hardly anything|little) to eat|starving|(?:smells?|stinks?|reeks?) of",
    r"(?:dirty|filthy|soiled|wet|same|unwashed) (?:\w+ )?(?:clothes|uniform|nappy|nappies|cot|bed)",
    r"lice|begging|(?:steal|stole|stealing|stolen|tak(?:es|ing)) (?:\w+ )?(?:food|lunch\w*)",
    r"(?:food|scraps) (?:from|out of) (?:the )?bins?|home alone",
    r"alone (?:at home|all (?:day|night|weekend)|every|overnight|in the (?:house|flat))",
    r"on (?:his|her|their) own (?:all|every|at night|overnight|for (?:\w+ )?(?:days|hours|nights))",
    r"sleep(?:s|ing)? (?:on the (?:floor|street)|rough|in (?:a|the) (?:car|bath|shed|van|cupboard))",
    r"locks? (?:him|her) in|(?:in|into) (?:his|her|their|my) bed(?:room)? (?:at night|when|every)",
    r"down (?:his|her|their|my) (?:trousers|pants|top|knickers)",
    r"(?:his|her|my) (?:private|privates|bottom|willy|fanny|penis|vagina|breasts?|chest)\b",
    r"private parts|had sex|having sex|sex with|sleeping with|sti\b",
    r"give (?:him|her|them) (?:vodka|alcohol|drink|drugs|weed|money)|pregnant|rap(?:ed|ing)\b|nudes?\b",
    r"naked|(?:topless|explicit|sexual|indecent|rude) (?:pictures|photos|images|videos|pics)",
    r"(?:picture|photo|pic|video)s? of (?:him|her|my|his) ?self",
    r"(?:pictures|photos|pics|images|videos) of (?:her|his|my) |strip(?:ped)? for",
    r"older (?:man|men|boyfriend|lads?|boys?|guy|guys)|different men",
    r"picked up (?:by|outside|after|from)",
    r"(?:comes?|came|coming) (?:back|home) with (?:gifts|money|new|bruises|marks|a new)",
    r"carry(?:ing)? (?:drugs|a knife|knives|packages|weed)",
    r"(?:sell|selling|deal|dealing|running|run|moving) (?:drugs|weed|county)|county lines|owes? them",
    r"(?:with|to|has) a knife|(?:knife|gun) (?:to|at|on)|put a knife|be cut\b",
    r"(?:going|taken|taking|sent|fly|flying|flown|go) (?:\w+ ){0,3}(?:to|for) (?:\w+ ){0,3}(?:cut|"
    r"married|wedding|marry|fight)",
    r"(?:to|will|must|has to|being|be) (?:get )?marr(?:y|ied)|forced marriage|arranged (?:a )?marriage",
    r"(?:go|going|travel|sent) to (?:syria|a camp)",
    r"(?:drunk|high|stoned|passed out) (?:every|all|again|most|on|when|in|and)|passed out",
    r"(?:saw|seen|watched|watches|sees|heard|hears|hearing) (?:\w+ ){0,3}(?:hit|hitting|beat|beating|"
    r"stab|punch|punching|strangle|strangling|attack|kick|kicking|hurt|hurting|choke|fight|screaming)",
    r"screaming (?:all|every|at)|scream all",
    r"meet(?:s|ing)? (?:a|an|some) (?:man|older|stranger|bloke|guy)|belt marks|hair straighteners",
    r"pull(?:s|ed|ing)? (?:him|her|them|my|his) (?:by|hair|pants|trousers)|by (?:his|her) hair",
    r"drag(?:s|ged|ging)? (?:a|the) (?:boy|girl|child|pupil)|kissing (?:a|the|his|her)",
    r"uses? (?:the|a|his) belt|thr(?:ew|own|ows) (?:down|against|across|a|his|her)",
    r"(?:down|up) the stairs|against (?:the|a) wall|hurts? (?:me|him|her|my|his)",
    r"wet(?:s|ting)? (?:him|her)self",
    # A name or somebody close in place of a pronoun: "stepdad hits Jamie".
    rf"{_CLOSE} (?:\w+ ){{0,2}}?{_HIT} (?-i:[A-Z][a-z]+|[A-Z]\b|the (?:kids|children|baby|boy|girl))",
    r"hitting (?-i:[A-Z])|assault\w* (?:on|of) (?:his|her|the) (?:son|daughter|child|baby|stepson|"
    r"stepdaughter)",
    r"(?:spat (?:on|at)|headbutt\w*|caned|leather(?:s|ed)|batter(?:s|ed|ing)|skelp\w*|thrash\w*|chok\w+) "
    r"(?:him|her|me|our|the|my|on)\b",
    r"(?:got|gave \w+|gets) a (?:hiding|skelp|beating|kicking|slap|clip)|seven bells|knocked .{0,12}out "
    r"of (?:him|her)",
    r"(?:fat|split|burst|busted) lip|hand ?prints? on|(?:grip|bite|bit|loop|finger|new|fresh) marks|"
    r"ligature",
    r"(?:hang|drown|strangle|suffocate|poison)\w* (?:him|her|my|them)sel\w+|(?:drown|suffocate|smother|"
    r"strangle|poison)\w* (?:the |her |his |my )?(?:baby|son|daughter|child|mum)",
    r"pillow on|noose|ending it|end it all|sextort\w*|(?:has been|been|was|being) sa'?d\b|dick pics?|"
    r"penetrat\w+",
    r"trap house|cuckoo\w*|\d+ wraps|fiddl\w+ (?:w|with)|interfered with (?:him|her)|(?:comes|came|gets) "
    r"in(?:to)? (?:his|her|my) (?:room|bed) at ni\w+",
    r"skull fractures?|rib fractures?|spiral fracture|fractured? (?:skull|femur)|unexplained bruis\w*|"
    r"shaken baby",
    r"(?:left|found|wandering|home) (?:\w+ ){0,4}alone|alone in (?:the |a )?(?:cot|house|flat|car|bath)|"
    r"self ?harm(?:ing)? again",
    r"(?:won't|doesn't|does not|refuses to|never) feeds? (?:him|her|them)|(?:always|so|really) (?:filthy|"
    r"hungry)|squalor|faeces on",
    r"(?:isn't|not|doesn't feel|dont feel|don't feel) safe (?:at home|with (?:my|his|her))|begged (?:me|"
    r"us) not to",
    r"threaten\w* to kill (?:him|her|them|the)|(?:being|is|was|getting) hurt at home",
)
_ABSTRACT = _any_of(
    r"abus(?:e|ed|es|ing|ive)|neglect(?:ed|ing|s)?|exploit\w*|groom\w*|self-?harm\w*",
    r"domestic (?:abuse|violence)|violen(?:t|ce)|assault\w*|sexual\w*|traffick\w*|fgm|radicalis\w*",
    r"extremis\w*|terroris\w*|isis|threat(?:s|en\w*)?|unsafe|not safe|in danger|at risk of|suicid\w*",
    r"bull(?:y|ied|ying)|stalk\w*|harm(?:ed|ing)?|hurt\w*|missing (?:again|all night|since)|hungry",
    r"touch\w*|marks?|gangs?|drugs?|injur\w+|crying|scared|frightened|afraid|terrified",
    whole_words=True,
)
# A statement, told or seen, about this child now.
_TELLING = _any_of(
    r"says?|said|saying|told|tells|telling|disclos(?:ed|es|ing)|claim(?:s|ed)|alleg(?:es|ed)|confided",
    r"let slip|admitted|mentioned|wrote|drew|whispered|asked me not|came in|comes in|came to|turned up",
    r"turns up|walked in|show(?:s|ed|n) (?:me|us)|noticed",
    r"i (?:saw|think|am worried|believe|suspect|fear|can hear|heard)|i'm (?:worried|concerned)",
    r"we (?:think|suspect|believe|saw|noticed)",
    r"(?:am|are|is|very) (?:\w+ )?(?:worried|concerned) (?:about|that|for)|whose|what do i do",
    r"what should i do|do i (?:refer|call|ring|tell|report)|should i (?:refer|call|ring|tell|report)",
    r"who do i (?:tell|ring|call)",
    whole_words=True,
)
# Words about harm in general: of many, of training, of papers. And questions about what may be done.
_GENERAL = _any_of(
    r"(?:if|when|where|whether|in case|should|unless|once) (?:a|an|any|the|some|another|"
    r"one) (?:[\w-]+ ){0,2}(?:child|pupil|student|parent|young person|boy|girl|baby|teenager|teacher|"
    r"colleague|member|family|learner|sibling|friend|disclosure)",
    r"any (?:child|pupil|student)|such as a|case stud(?:y|ies)|scenario|vignette|role ?play|quiz|themes?",
    r"the number of|how many|per ?cent|rate of|figures?|indicators?|kpis?|definitions?|counts as|"
    r"statistics",
    r"what is|what does|who is|where (?:is|do|can)|returns?|video for|play about|helpline|annual|quarter",
    r"(?:children|pupils|young people|those|girls|boys|students|families|parents|victims|adults|"
    r"teenagers) (?:who|and|with|at|on|are|were|being|affected|experiencing|in (?:care|need))",
    r"funding|budget|contract|commission\w*|campaign|survey|target|baseline|review(?:ed|s)? of",
    whole_words=True,
)
# Words of an office. They make a text general only where nobody tells of one child.
_OF_AN_OFFICE = _any_of(
    r"for example|e\.?g\.?|training|trained|session|briefings?|workshops?|webinars?|courses?|leaflets?|"
    r"posters?",
    r"polic(?:y|ies)|guidance|toolkits?|protocols?|procedures?|pathways?|audit\w*|strateg(?:y|ies)|"
    r"newsletters?",
    r"assembl(?:y|ies)|lessons?|matrix|thresholds?|action plan|templates?|forms?\b(?<!my form)(?<!our "
    r"form)",
    r"conference|charity|speaker|conversations?|resources?|meeting|panel|sub-?group|board\b|partnership",
    r"rota|checklist|report(?:s|ing)? (?:to|on) the",
    whole_words=True,
)
# One child now: somebody told, came, or was found; or has a name and somebody close.
_OF_ONE_NOW = re.compile(
    r"\b(?i:told|tells|telling|disclosed to|confided in|whispered to|let slip to|saying to) (?i:me|us|"
    r"his|her|my|our|the|a|"
    r"staff|miss|sir|mrs|mr|ms)\b"
    r"|\b(?:(?i:he|she|boy|girl|child|pupil|student|kid|toddler|baby|lad|mum|dad|parents?|brother|"
    r"sister)|[A-Z][a-z]{2,15}) "
    r"(?i:(?:just |has |have |had )?(?:says?|said|disclosed|came|turned|walked|arrived|was|been|is|keeps|"
    r"won't|doesn't|does|"
    r"has|had|got|gets|tried|wants|cut|took|hits?|beats?|hurts?|punched|slapped|kicked|burnt|burned|"
    r"locks?|locked|left|leaves|"
    r"smells|looks|sleeps|lives|refuses|flinches|cries|cried|ran|hides|hid|showed|drew|wrote|bit|threw|"
    r"threatened|touched|"
    r"touches|raped|watches|watched|made|makes|forces|forced|sends|sent|takes|drinks|drank|shouts|"
    r"screams))\b"
    r"|\b(?i:his|her|my) (?:step-?)?(?i:dad|mum|father|mother|uncle|brother|boyfriend|parents|carer|"
    r"stepdad|stepmum|cousin)\b"
    r"|\b(?i:my (?:son|daughter|nephew|niece|grandson|granddaughter|friend))\b"
    r"|\b(?i:he|she|him|her|he's|she's|he'd|she'd|herself|himself|they're hurting|they make him)\b"
    r"|\b(?i:(?:an?|one of (?:our|my)|little|the|this|our|foster) (?:\w+ ){0,2}(?:lad|girl|boy|kid|"
    r"toddler|one|baby|carer|coach|parent))\b"
    r"|\b(?i:today|tonight|last night|this morning|this weekend|again|just now)\b"
    r"|\b(?i:bruis\w+|marks|burns?|cuts?|scars?|handprint) (?i:on|all over|to|across|around) (?i:his|her|"
    r"their|my|both)\b",
)
# A child who tells of somebody close: "a pupil told me her uncle …". Whatever follows, it is for the MASH.
_TELLS_OF_SOMEBODY = re.compile(
    rf"(?:\b{_CHILD}\b(?!s)|\b(?:he|she)\b|(?:pupils|students|girls|boys|children|"
    rf"ours)\b).{{0,60}}?\b(?:says?|said|told|tells|disclosed|let slip|confided|"
    r"has written|wrote|whispered|drew)\b.{0,60}?\b(?:his|her|their|my|the|mum's) (?:[\w'-]{1,15} "
    r"){0,2}(?:mum|mom|mam|mother|dad|father|step-?(?:dad|father|mum|mother|brother)|uncle|aunt\w*|cousin|"
    r"grand(?:dad|father|pa|ma|mother)|boyfriend|partner|brother|coach|babysitter|lodger|neighbour|"
    r"friend|man|men)\b"
    r"(?! (?:is|are|was|were|will be|would be|has been|works?|wants?|asked|can|cannot|can't|could|would "
    r"like|needs?|came|come|rang|phoned|moved|got|has a new|lost)\b)"
    r"|\b(?:he|she|pupil|girl|boy|child|student)\b.{0,40}?\b(?:says?|said|told \w+|let "
    r"slip)\b.{0,20}?\b(?:mummy|daddy)(?:'s)?\b",
    re.IGNORECASE,
)
_ONE_OF_MANY = re.compile(
    r"\bone of (?:my|our|the|your) (?:[\w-]{1,15} ){0,2}?(?:children|pupils|students|girls|boys|kids|"
    r"parents)\b",
    re.I,
)
_QUESTION = re.compile(
    r"^(?:\W*(?:hi|hello|please|and|also|so|thanks|morning|afternoon)\W{1,3}){0,3}(?:what|how|can|could|"
    r"does|do|is|are|may|should|where|when|who|which|would|will|if|has|have|did|was|were|must|shall|why|"
    r"whose|at what)\b",
    re.IGNORECASE,
)
# What may stand before a question: an action's reference, a number in a list, who asked.
_LABEL = re.compile(r"^(?:[\d.]{1,9}\)?:?\s+|[->\u2022]\s*|[\w' ]{1,40}:\s+){1,2}")
# A child who tells that somebody close hurts them: "told me his stepdad hits him".
_TELLS_OF_HARM = re.compile(
    rf"(?P<who>(?:\b[\w'-]{{1,20}}[ ,]{{1,2}}){{1,6}}?)(?:has |have |had |just |also |then )?(?:says?|"
    rf"said|told|tells|telling|"
    rf"disclosed|let slip|confided|whispered|wrote|came in|turned up|arrived)\b.{{0,60}}?"
    rf"\b(?:{_CLOSE}(?:'s (?:\w+ )?{_CLOSE}| (?:and|or) (?:\w+ )?{_CLOSE})?\b.{{0,25}}?\b{_HIT}\b(?: "
    rf"(?:him|her|me|them|his|it|both|with)\b|[.,;!?)]|$)"
    rf"|(?:bruis\w+|hand ?prints?|black eyes?|burns?|welts?|marks on)\b)",
    re.IGNORECASE,
)
# Made up to show something, or asked in general: nobody was hurt.
_MADE_UP = _any_of(
    r"case stud(?:y|ies)|scenario|vignette|role ?play|script|quiz|slide|exercise|example of|leaflet|"
    r"poster|video|play about",
    r"(?:if|when|where|whether|in case|should|unless|once) (?:a|an|any|the|some|another|one) (?:[\w-]+ "
    r"){0,2}(?:child|"
    r"pupil|student|parent|young person|boy|girl|baby|teenager|teacher|colleague|family|learner|sibling|"
    r"friend)",
    r"any (?:child|pupil|student)|such as a|serious case review|scr\b|inspectors|press release|survey|in "
    r"\d{4}\b|the 19\d0s",
    whole_words=True,
)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+")
# How many characters on each side of the words of harm are searched for the child they are about.
_NEAR = 160
# Without a word that begins with one of these a text says nothing of harm, so most texts need no pattern.
_STEMS = AnyOf(
    f" {stem.replace('_', ' ')}"
    for stem in """
    sti_ knocked_ crying passed vodka says_ said_ told_ tells_ disclosed let_slip confided written
    wrote whispered drew grab attack under_wa underwa finger shower undress heroin crack cocaine spice
    meal slit break_his break_her break_my throat film_ abus alone assault beat begg black_eye bleed
    bottom bruis bull burn breast carry clout comes_back comes_home coming_back coming_home came_home
    came_back cower cry cut danger dead deal dirty domestic drag drug drunk extrem feed fgm filthy fight
    flinch forc fractur fright gang groom gun hair harm heard hears hearing heating hit hungry hurt
    indecent injur isis jump kick kill kiss knife knives knicker lice locked locks lock_ mark_ marks
    marri marry molest naked neglect no_food no_bed no_heat no_elec no_dinner no_tea no_break nobody
    no_one noone nai_ nudes nude_ older_man older_men older_boy older_lad older_guy overdos owe_ owes
    on_his_own on_her_own on_their_own pants paracetamol passed_out passed_around penis photo pic_ pics
    picture pills pimp pinch porn pregnant private punch push radical rape raping reek risk scared rough
    rude same_ scald scar_ scars scratch scream selling sells sell_ sex shak shook shout slap sleep
    smack smell spit stab stairs starv steal stol stink sti_ strang stalk strip suicid tablet taking
    takes terrif terror thump threat threw throw tied ties touch traffick trousers unsafe not_safe
    vagina violen video wall_ weed welt wet whack whip willy wish wash better_off eaten eating to_eat
    noose headbutt caned spat leather batter skelp thrash chok hiding seven_bells fat_lip burst_lip handprint
    hand_print
    grip loop ligature hang drown suffocat poison pillow ending sextort sa'd sad_ dick penetrat trap cuckoo
    wraps fiddl
    interfer skull spiral shaken wander hungry squalor faeces safe_at safe_with begged smother harming room_at
    split_lip busted_lip broken made_to makes_ make_ making_ different_men picked_up county_line syria
    a_camp to_die to_end want_to_be want_to_go missing explicit topless unwashed soiled hasn't_had
    hadn't_had haven't_had chest saw_ seen_ sees watch meeting_ meets_ belt bit_ bites in_bed bedroom
    their_bed her_bed his_bed my_bed top_ fed
    """.split()
)


_WORD = re.compile(r"[\w']+")


def describes_harm(text: str) -> bool:
    """Whether a text tells of a particular child being harmed, named or not."""
    words = " ".join(_WORD.findall(plain_text(text).lower()))
    if not _STEMS.is_in(f" {words} "):
        return False
    for line in re.split(r"[\r\n]+| [-\u2013\u2022] ", text):
        sentences = [one for one in _SENTENCE.split(plain_text(line)) if one]
        for at, sentence in enumerate(sentences):
            after = sentences[at + 1] if at + 1 < len(sentences) else ""
            if _is_disclosure(sentence, f"{sentence} {after}".strip()):
                return True
    return False


def _is_disclosure(sentence: str, both: str) -> bool:
    """`both` is the sentence with the next one, which may name the child or say what happened."""
    if _is_general_question(sentence, both):
        return False
    if _tells_of_one(both):
        return True
    # Alone first: the next sentence may be about a form or a meeting, and takes nothing back.
    return any(_is_harm_to_one(text) for text in dict.fromkeys((sentence, both)))


def _tells_of_one(words: str) -> bool:
    """Whether one child tells that somebody close hurts them. Only a made-up case takes that back."""
    return not _MADE_UP.search(words) and any(
        _is_of_somebody(one.group("who")) for one in _TELLS_OF_HARM.finditer(words)
    )


def _is_harm_to_one(words: str) -> bool:
    for one in _CONCRETE.finditer(words):
        near = _ONE_OF_MANY.sub("a child", words[max(0, one.start() - _NEAR) : one.end() + _NEAR])
        if _is_of_somebody(near) and not _is_general(near):
            return True
    if _TELLS_OF_SOMEBODY.search(words[: 4 * _NEAR]) and not _is_general(words[: 4 * _NEAR]):
        return True
    for one in _ABSTRACT.finditer(words):
        near = _ONE_OF_MANY.sub("a child", words[max(0, one.start() - _NEAR) : one.end() + _NEAR])
        if _TELLING.search(near) and _is_of_somebody(near) and not _is_general(near):
            return True
    return False


def _is_general(words: str) -> bool:
    return bool(_GENERAL.search(words)) or bool(_OF_AN_OFFICE.search(words) and not _OF_ONE_NOW.search(words))


def _is_general_question(sentence: str, both: str) -> bool:
    return bool(_QUESTION.search(_LABEL.sub("", sentence))) and not re.search(
        r"\b(?:he|she|him|her|his|my|i am being|i'm being)\b", both, re.IGNORECASE
    )


def _is_of_somebody(words: str) -> bool:
    return bool(_ONE_CHILD.search(words) or _SOMEBODY.search(words)) or any(
        map(is_first_name, re.findall(r"\b[A-Z][a-z]{2,20}\b", words))
    )
