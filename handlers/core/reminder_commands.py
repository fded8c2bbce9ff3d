"""`/reminder`: one row for each thing that can be done with a reminder to schools."""

from handlers import reminders
from handlers.core.command_arguments import ACTION_REF, ANY_REF, asked, words
from handlers.core.sub_commands import Command, Question, SubCommand
from handlers.own_words.cues import Cue

# What a reminder is about, and whom it reaches: words that no answer about it depends on.
_ABOUT_REMINDERS = frozenset(
    ["threshold", "thresholds", "school", "schools", "need", "needs", "not", "autumn", "spring", "summer"]
)
_CONTACT_WORDS = frozenset(["mash", "social", "care", "safeguard", "safeguarding", "team"])

REMINDER = Command(
    "/reminder",
    "Termly reminders to schools, and who got them",
    "list | preview 1.6 | status 1.6 Autumn 2016",
    (
        SubCommand(
            "list",
            (),
            "Lists the reminders, with when each goes out next and to how many schools.",
            "list",
            reminders.list_,
            questions=(asked(Cue.REMINDERS, also=frozenset([Cue.ABOUT, Cue.ALL])),),
        ),
        SubCommand(
            "preview",
            (ACTION_REF, words("term", "TERM", optional=True)),
            "Shows what goes out next or in a term, to whom and when.",
            "preview 1.6",
            reminders.preview,
            questions=(
                Question(frozenset([Cue.WORDING]), frozenset([Cue.REMINDERS]), _ABOUT_REMINDERS),
                Question(frozenset([Cue.NEXT_SENDING]), frozenset([Cue.REMINDERS]), _ABOUT_REMINDERS),
            ),
        ),
        SubCommand(
            "status",
            (ACTION_REF, words("term", "TERM", optional=True)),
            "Shows who got a term's reminder, who has seen it, and who was not reached and why.",
            "status 1.6 Autumn 2016",
            reminders.status,
            questions=(
                Question(frozenset([Cue.RECEIVED]), frozenset([Cue.REMINDERS, Cue.WHO]), _ABOUT_REMINDERS),
                Question(frozenset([Cue.REMINDERS, Cue.EXCEPTIONS]), words=_ABOUT_REMINDERS),
                Question(frozenset([Cue.REMINDERS]), words=_ABOUT_REMINDERS),
            ),
        ),
        SubCommand(
            "send",
            (ANY_REF,),
            "Sends it now, after showing you what goes out (coordinators).",
            "send 1.6",
            reminders.send,
        ),
        SubCommand(
            "contact",
            (),
            "Shows who to call about a child: this school's contact.",
            "contact",
            reminders.channel_contact,
            questions=(Question(frozenset([Cue.CONTACT]), frozenset([Cue.WHO]), _CONTACT_WORDS),),
        ),
        SubCommand("pause", (ANY_REF,), "Stops a reminder (coordinators).", "pause 1.6", reminders.pause),
        SubCommand(
            "resume",
            (ANY_REF,),
            "Starts a paused reminder again (coordinators).",
            "resume 1.6",
            reminders.resume,
        ),
    ),
)
