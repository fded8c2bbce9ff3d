"""What is said of sign-offs: who is asked for one, and who may give it."""

from collections.abc import Sequence

from db.models import Action
from messages.blocks import Answer, button, buttons, link, mention, section, words


def to_sign_off(action: Action, completed_by: str | None) -> Answer:
    """To somebody who may sign an action off: what was done, on what evidence, with the button."""
    by = f"{mention(completed_by)} has recorded" if completed_by else "Recorded:"
    measures = "; ".join(words(measure.text, 120) for measure in action.measures)
    text = (
        f"{by} *{action.ref}* {words(action.title, 120)} ({words(action.section.plan.title, 60)}) as "
        f"*{action.progress}*, on this evidence: {link(action.evidence or '', 'evidence')}. Please check it "
        "and sign it off."
    )
    if measures:
        text += f"\nMeasure: {measures}"
    offered = [
        button("Sign off", "sign_off", f"\n{action.qualified_ref}", style="primary"),
        button("History", "history", f"\n{action.qualified_ref}"),
    ]
    return Answer([section(text)], buttons(offered))


def signer_named(person: str, *, may_sign: bool, changed: bool) -> Answer:
    state = "can sign off actions" if may_sign else "can't sign off actions"
    now = "now" if changed else "already"
    own = " Nobody signs off what they lead or recorded themselves." if may_sign else ""
    return Answer([section(f"{mention(person)} {state} {now}.{own}")])


def nobody_may_sign(suggested: Sequence[str]) -> str:
    """Where everybody who could sign off is too close to the work: who could be named."""
    example = f", for example {' or '.join(mention(one) for one in suggested)}" if suggested else ""
    return (
        "Nobody can sign it off yet: a coordinator can name somebody who does not lead it with "
        f"`/plan signer @user`{example}."
    )
