"""First names, as far as they are known, for the rules that look for a name with an age.

The names come from the Faker library, from the languages that are common in English schools and are written
in Latin letters. Faker lists them for invented people: the list is of what is usual, never of real children.
"""

from functools import lru_cache
from importlib import import_module

from db.rules.plain_text import plain_text

_LOCALES = (
    "en_GB en_IE en_US en en_IN en_NG en_PK pl_PL ro_RO pt_PT tr_TR fr_FR es_ES it_IT sw yo_NG ha_NG "
    "ig_NG zu_ZA lt_LT en_NZ en_KE tw_GH sk_SK cs_CZ hu_HU lv_LV hr_HR sl_SI de_DE nl_NL"
).split()
# Names that are common in England and Wales and that Faker does not have.
_ALSO = frozenset(
    "ava-mae bronwyn cariad carys cerys chidi dafydd dilys efua eleri ellie-mae emrys ffion folasade "
    "gareth gethin gurpreet gwen gwyneth harpreet hodan ifan iolo jaspreet ling lleucu llinos lowri "
    "maisie manpreet mei meng nguyen oluwaseun oluwatobi olamide osian rhiannon sian simran sioned "
    "temitope thi tomos wei wiktoria xin yan zayn zaynab ayaan ayan harvinder inaya jaskaran kiran mehak "
    "musab navjot raees sukhdeep taranjit xiao yi zhang zainab zuzanna dawid mateusz oliwia pawel "
    "przemek tobi tunde yemi ayo bola femi kunle segun seun kehinde taiwo chukwuemeka ifeoma obinna uche "
    "nneka abiola farhan faisal ilyas imaan inayah maryam mustafa nabil rayyan safa sumaya ubah warsame "
    "ayaanle bethan betsan cadi elin erin mali nansi gwenllian hefin macsen rhydian tegan twm alys arwen "
    "blaine bobbi brandon-lee callie-mae demi-leigh ellie-may gracie-mae jayden-lee kaden kaiden "
    "lacey-mae lexi lexi-mae lilly-mae lola-rose lily-mae bobby-jo tommy-lee tyler-james tianna tyreece "
    "tyrese shaniqua shakira rihanna rio ronnie reggie albie arlo bodhi bertie buddy ezra hendrix hugo "
    "jenson jago kobi kody leighton mylo ottis otis ozzy rafferty roman rory rupert stanley theo vinnie "
    "woody zachary aria arabella aurora darcey darcie delilah dolly edie effie elodie elsie esme evelyn "
    "fearne florrie frankie sana harper heidi imogen indie isobel kitty lottie maeve margot mabel "
    "matilda millie myla nancy nellie orla ottilie penelope phoebe poppy primrose robyn rosie saffron "
    "sienna thea tilly willow winnie".split()
)
# Names that are more often something else in a plan: months, colours, places, offices and ordinary words.
_USUALLY_NOT_A_NAME = frozenset(
    "abbey april august autumn amber asia austin bath berkshire bill boston bristol bright carlisle "
    "chair chance chase chelsea chester child cherwell christian clay cliff commander college county "
    "court dean december devon drew duke durham early earl east england essex faith family forest france "
    "friday general german glen golden green grant grove guy hall harbour haven heath henley hill hope "
    "house hunter india ireland israel january job jan judge july june june kent king knight lake lane "
    "lincoln london major march marine may mercy mile mill monday north november oak october orange "
    "oxford page parish park parker pass penny police pool port precious preston price prince princess "
    "queen rain reading red reed river rivers rose rugby safe saint sandy saturday school sept september "
    "south spring star stage stone street sue summer sunday sunny sussex temple the thursday total town "
    "trinity trust tuesday unit vale van victory ward warden warren washington wednesday west white will "
    "winter wood worth york young an bo do en in so my ha hi ho la le lo mi or to un us we yes no all "
    "art au ba de di el ed may mar sep oct nov dec feb apr jun jul bay board case cohort core data day "
    "gap gate group health line link lead plan role sign target team term west wave week year add alpha "
    "author cadence cap carry colon council dot easter else emit ever forum foster friend harm hence "
    "hung hunt journey less little lone long male media press reason roll said server shade skip tab tan "
    "true unique unknown justice meadow fleet head key new old two three".split()
)


def is_first_name(word: str) -> bool:
    """Whether a word, or the part before its first hyphen, is a first name and not usually another word."""
    lower = word.lower()
    return lower in _first_names() or lower.split("-")[0] in _first_names()


@lru_cache(maxsize=1)
def _first_names() -> frozenset[str]:
    """First names in lower case, without the words that mean something else more often."""
    found: set[str] = set()
    for locale in _LOCALES:
        provider = import_module(f"faker.providers.person.{locale}").Provider
        for attribute in ("first_names", "first_names_male", "first_names_female", "first_names_nonbinary"):
            found.update(plain_text(name).lower() for name in getattr(provider, attribute, ()))
    return (frozenset(found) | _ALSO) - _USUALLY_NOT_A_NAME
