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
# Names from further away as schools write them, and short forms.
_FROM_FURTHER_AWAY = frozenset(
    (
        "aaliyah aarav abdi abdirahman abdul abdullah abdulrahman abebe abena abi adaeze adanna adeola "
        "aditya "
        "adjoa advik afrim agim agnieszka ahmad ahmed ahmet aiko aisha akash akin akira akosua akua aland "
        "albana aleksander aleksandra alfie ali alicja almaz alyona amaka amanuel amari aminata amir "
        "amir-ali "
        "amira amrit ananya anastasia andreea andriy anh ania anjali anwar arash arben archie ardit arjun "
        "arta arun aryan asif awat ayesha ayse azad azadeh aziz babak bahram balraj bao bardh bartek "
        "bartosz "
        "bashir bawan beata becca behnam bekele berivan berk besnik bilal billy blerim bobby bogdan bohdan "
        "bujar burak cem chardonnay charlie-ann chau chen chinedu chioma chipo chukwudi ciprian codie "
        "cristi "
        "cristian cristina daniela danny dariush darren daryna daud davey dawit dawood deepa deepak delroy "
        "denisa deniz denny denys derya dilan dilshad divya diyar dmitri dominik dragos dren drita duc "
        "dung "
        "dwayne ebele ebony eddie efia elena elif elira ella ellie emeka emi emine emre eshaal esi ethan "
        "eun "
        "evie ewa eyerusalem ezinne fahad faiza fang farhad farid fariha farzana fatima fatma fatmir fatou "
        "feng fereshteh filip filmon finlay finn florin folake freddie freya gabriela gabs gemma georgie "
        "ghazal giang girma gita guang gulalai gurdeep haben hae hafsa hakan halyna hamid hamidullah hamza "
        "hana hanh hania hanna harish harjit haroon harry haruka haruto harvey hasan hassan hatice hawar "
        "hermon heval hieu hira hiro hiroshi hiwot hoang hossein huong hussain hussein hye hyun ibrahim "
        "ieuan "
        "ifeanyi ifrah igor ihor ijeoma ilir iman imani immy imran inaaya inderjit ioana ionut iqra iryna "
        "isaac isaias isha isla ismail iulia ivan ivy iza izzy jack jada jagdeep jaiden jake jakub jamal "
        "james jamie janek jarek jasmin jasmine jatinder jaxon jayce jaydn jaylen jermaine jess jessie "
        "jeton "
        "ji-hoon ji-hye ji-min ji-woo jian jibril jimmy jiyan jodie joe johnny joon josh josie juan julia "
        "kacper kadeem kai kamil kareem karim karolina karwan kasia katarzyna kateryna katie kaveh kavita "
        "kayla kaylee kayleigh keeley keira keisha kelechi kelly kemal kenji kenny khadija khalid khanh "
        "khloe "
        "kian kiara kidane kinga kofi kojo krishna krystian krzysztof kuba kujtim kuldeep kwabena kwadwo "
        "kwaku kwame kwasi kwesi kyle kyra kyung laiba laila lakshmi laleh larisa lashay latoya laurentiu "
        "layla leah-mae leila lenny leo leroy lesia lewis liam libby linh liridon liviu luan lucian lucy "
        "lukasz luke luwam maciej madalina maddison magda mahmoud mahsa mai maja maksym malachi malik "
        "maliyah "
        "mamadou mandeep mandy marcin marek maria mariam marius mariya marlon marta max maya mckenzie "
        "meera "
        "megan mehdi mehmet mekdes meron merve meseret mia micah michal mihaela mihai mikey milosz mimoza "
        "min-ji min-jun mina ming minh mircea mohamed mohammed mohamud mohsen molly morag moussa muhammad "
        "mulugeta murat musa mykola nadia naeem najib najibullah naoko nasir nasrin natalia natalya nathan "
        "nathaniel natnael nattaya nazanin nazar negin neha nevaeh ngoc ngozi nhung nicky nicoleta nikhil "
        "nikola ning nisha nkechi nnamdi noah noor nour oguz okechukwu oksana oleg olek oleksandr olena "
        "olha "
        "olivia ollie oluwadamilola omar omid onyinye oscar osman ousmane ozan parisa parminder parwana "
        "patryk pavlo petru phuc phuong piotr pooja pouya pradeep priya qiang qing quan quang quynh rabia "
        "rafal rahel rahim rahmatullah rahul rajesh rajinder rakesh raluca rania ranjit rashid ravi rayne "
        "razvan rebin reece rehan reza rhys ricky rin robbie robel rohan rohit rojin rong roxana roya "
        "ruaridh "
        "rudo rui rukhsana ryleigh saad saba sabah sachin sadia saeed sahar sakura salim salma sam samira "
        "samuel sandeep sanjana sanjay sarah satnam scotty sediq selam selin semhar senait seo-yeon "
        "sepideh "
        "seren serhiy serkan setareh shabnam shan shanay shane shanice shantelle shazia sherko shirin "
        "shkelzen shpresa shreya shu shwan siavash simon sipho sita sofiya soheil solomiya somchai soph "
        "sophie sora soran sorin spozhmai stefan sukhvinder sumayya sumayyah sunil sunita suresh svitlana "
        "swati szymon tadhg tafadzwa tahir takumi tammy tanisha tara taras tariq tash tayla temi tendai "
        "teodora terry tesfay tetiana tewolde thabo thanh thao thiago thomas thu thuy tia tiana tiarna "
        "tiffany tigist tina tjark toby tolu tom tomasz tommy trang travis trinh trung tsegaye tuan tudor "
        "tuyet tyler tyrone uchenna umar usman valentin valon vasile vasyl vicky viet vijay vikas vikram "
        "viktor viorel vishal vitaliy vjosa vlad volodymyr vy wahid wale waqar wayne wiktor william "
        "wojciech "
        "wojtek xiang xiaoming xiu xuan yaa yana yaroslav yasaman yasin yasmin yaw yeon yetunde yevhen "
        "yohannes yonas young-ho yui yuki yulia yunus yuriy yusra yusuf zabihullah zac zahra zain zak "
        "zakariya zalmay zana zanele zara zarmina zeinab zeynep zhen zina zoe zofia zohreh zosia zoya "
        "zubair "
    ).split()
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
    lower = plain_text(word).lower()
    return lower in first_names() or lower.split("-")[0] in first_names()


@lru_cache(maxsize=1)
def first_names() -> frozenset[str]:
    """First names in lower case, without the words that mean something else more often."""
    found: set[str] = set()
    for locale in _LOCALES:
        provider = import_module(f"faker.providers.person.{locale}").Provider
        for attribute in ("first_names", "first_names_male", "first_names_female", "first_names_nonbinary"):
            found.update(plain_text(name).lower() for name in getattr(provider, attribute, ()))
    return (frozenset(found) | _ALSO | _FROM_FURTHER_AWAY) - _USUALLY_NOT_A_NAME
