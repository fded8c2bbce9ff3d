"""Text as a person reads it, for rules that look for something in it.

What is copied from a web page or a Word table carries marks that nobody sees: zero-width spaces,
full-width digits, bold and code markers, line breaks in the middle of a number. Rules that look at the raw
text miss what it says.
"""

import html
import re
import unicodedata
from urllib.parse import unquote_plus

# <https://example.org|words>, <mailto:a@b.org|a@b.org>: the address and the words both count.
_SLACK_LINK = re.compile(r"<((?:https?|mailto|tel):[^<>|]{1,3000})(?:\|([^<>]{0,3000}))?>")
# <@U0123>, <#C0123|name>, <!date^…>: ids and dates that Slack put there itself.
_SLACK_MENTION = re.compile(r"<[@#!][^<>]{1,300}>")
_HTML_TAG = re.compile(
    r"</?(?:b|i|u|s|em|strong|span|font|div|p|br|td|tr|li|code|mark|sup|sub)\b[^<>]{0,100}>", re.IGNORECASE
)
_MARKUP = re.compile(r"[*`~\u00b7\u2022]|(?<![^\W_])_+|_+(?![^\W_])|(?<=\d)_+(?=\d)")
# Without any of these a text of plain letters is already as it is read.
_NOT_PLAIN = re.compile(r"[<&*`~_\t\r\n\x0b\x0c\x1c-\x1f]|  ")
_URL = re.compile(r"\bhttps?://\S+", re.IGNORECASE)
_SAME_AS = str.maketrans(
    {
        **dict.fromkeys("\u2215\u2044\u29f8\u27cb", "/"),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        **dict.fromkeys("\u2018\u2019\u02bc\u2032", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u2033", '"'),
        # Letters that have an accent which Unicode does not take apart.
        "\u0142": "l",
        "\u0141": "L",
        "\u00f8": "o",
        "\u00d8": "O",
        "\u0111": "d",
        "\u0110": "D",
        "\u0131": "i",
        "\u00df": "ss",
        "\t": " | ",
        # Letters of other alphabets that look the same.
        **dict(
            zip(
                "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0430\u0435\u043e\u0440\u0441\u0445\u0443\u0456",
                "ABEKMHOPCTXaeopcxyi",
                strict=True,
            )
        ),
        **dict(
            zip(
                "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf",
                "ABEZHIKMNOPTYXo",
                strict=True,
            )
        ),
        "\u3002": ".",
        "\uff61": ".",
    }
)


def plain_text(text: str) -> str:
    """The text without markup, accents, invisible characters and line breaks; digits of any script as 0 to 9.

    A tab, which stands between two cells of a table, becomes a bar.
    """
    if text.isascii() and not _NOT_PLAIN.search(text):
        return text.strip()
    shown = text
    if "<" in text:
        shown = _SLACK_LINK.sub(r" \1 \2 ", _SLACK_MENTION.sub(" ", text))
    if "&" in shown:
        shown = html.unescape(shown)
    if "<" in shown:
        shown = _HTML_TAG.sub("", shown)
    if not shown.isascii():
        # NFKD takes accents off their letters, as characters of their own (Mn). A soft hyphen is
        # a place where a word may break, so it is invisible like the other format characters (Cf).
        shown = "".join(
            _as_ascii_digit(one)
            for one in unicodedata.normalize("NFKD", shown)
            if unicodedata.category(one) not in ("Cf", "Mn", "Me")
        )
    return " ".join(_MARKUP.sub("", shown.translate(_SAME_AS)).split())


def split_links(text: str) -> tuple[str, str]:
    """A plain text's words without its links, and what its links say, decoded, in separate parts."""
    if "://" not in text:
        return text, ""
    links = " | ".join(_URL.findall(text))
    # Twice: what was copied out of another link is written as a link's own words twice over.
    return _URL.sub(" ", text), re.sub(
        r"[/?&=#+,;:]+", " ", unquote_plus(unquote_plus(links))
    ) if links else ""


def _as_ascii_digit(one: str) -> str:
    return str(unicodedata.digit(one)) if one.isdecimal() else one
