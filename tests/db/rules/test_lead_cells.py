"""What lead cells say beside the names of roles: persons, vacancies, support, labels and ranks."""

import pytest

from db.rules.lead_cells import read_leads
from db.rules.lead_people import is_person


@pytest.mark.parametrize(
    ("cell", "leads", "supporters", "doubt"),
    [
        ("Housing Manager (support: Commissioner)", ["Housing Manager"], ["Commissioner"], "kept as support"),
        ("DCS (with Director of Public Health)", ["DCS"], ["Director of Public Health"], "kept as support"),
        ("A Manager (support: B Manager), C Manager", ["A Manager", "C Manager"], ["B Manager"], "B Manager"),
        (
            "Head of Service (with responsibility for QA)",
            ["Head of Service (with responsibility for QA)"],
            [],
            "",
        ),
        ("Police Analyst;#12;#Safety Manager", ["Police Analyst", "Safety Manager"], [], ""),
        ("1. Head of MASH 2. QA Manager", ["Head of MASH", "QA Manager"], [], ""),
        ("To be confirmed (interim: Business Manager)", [], [], "is nobody"),
        ("n/a", [], [], "is nobody"),
        ("TBC / Head of Service", ["Head of Service"], [], "it is left out"),
        ("Multi-agency", ["Multi-agency"], [], "everybody leads it"),
    ],
)
def test_a_cell_tells_who_leads_and_who_supports(
    cell: str, leads: list[str], supporters: list[str], doubt: str
) -> None:
    found = read_leads(cell)

    assert (list(found.leads), list(found.supporters)) == (leads, supporters)
    assert doubt in (found.doubt or "")


def test_who_leads_later_is_a_doubt_and_no_part_of_the_role() -> None:
    found = read_leads("Business Manager (from Sept 2025: Partnership Manager)")
    assert found.leads == ("Business Manager",)
    assert found.doubt is not None
    assert "Partnership Manager" in found.doubt


@pytest.mark.parametrize(
    ("cell", "leads", "doubt"),
    [
        ("Jane Smith, Head of MASH", ("Head of MASH",), '"Jane Smith" is a person'),
        ("Head of MASH (Dr Jane Smith)", ("Head of MASH",), "is a person"),
        ("Head of QA - Mohammed Ali", ("Head of QA",), '"Mohammed Ali" is a person'),
        ("Service Manager (vacant)", ("Service Manager",), "nobody holds the post"),
        ("Vacant – Head of QA", ("Head of QA",), "nobody holds the post"),
        ("Police lead TBC", ("Police lead",), "not agreed yet"),
        ("Head of MASH?", ("Head of MASH",), "question mark"),
        ("TBC", (), "is nobody"),
        ("Not yet allocated", (), "is nobody"),
        ("Was Head of MASH, now Service Manager", ("Service Manager",), "has two leads"),
        ("Head of MASH → Service Manager", ("Service Manager",), "has two leads"),
        ("Designated Nurse (deputy: Named Nurse)", ("Designated Nurse",), "kept as support"),
        (
            "Jane Smith (Head of MASH) and Bob Lee (DI, Child Abuse Team)",
            ("Head of MASH", "DI, Child Abuse Team"),
            "are people",
        ),
    ],
)
def test_a_role_that_is_only_a_part_of_what_is_written_leads_with_a_doubt(
    cell: str, leads: tuple[str, ...], doubt: str
) -> None:
    found = read_leads(cell)
    assert found.leads == leads
    assert found.doubt is not None
    assert doubt in found.doubt


@pytest.mark.parametrize(
    ("cell", "leads", "supporters"),
    [
        ("HoS MASH w/ support from Police", ("HoS MASH",), ("Police",)),
        ("Executive Lead - DCS, Operational Lead - HoS", ("DCS", "HoS"), ()),
        ("R: HoS; A: DCS; C: Police; I: Schools", ("HoS", "DCS"), ("Police", "Schools")),
    ],
)
def test_labels_say_who_leads_and_who_helps(
    cell: str, leads: tuple[str, ...], supporters: tuple[str, ...]
) -> None:
    found = read_leads(cell)
    assert (found.leads, found.supporters) == (leads, supporters)


@pytest.mark.parametrize(
    "cell",
    [
        "D/Supt",
        "A/Head of Service (CLA)",
        "Strategic Lead: Exploitation",
        "Grace Ward Manager",
        "Director, Jordan Hill School",
        "Assistant Director, Children's Social Care",
        "SEND & Inclusion Manager",
        "Head of Safeguarding, ICB",
    ],
)
def test_a_name_that_only_looks_like_several_things_is_one_role(cell: str) -> None:
    assert read_leads(cell).leads == (cell,)


@pytest.mark.parametrize(
    ("cell", "leads"),
    [
        ("DCS, ICB", ("DCS", "ICB")),
        ("Head of MASH, DSL", ("Head of MASH", "DSL")),
        ("Police & Head of MASH", ("Police", "Head of MASH")),
        ("Police and Children's Services", ("Police", "Children's Services")),
        ("Joint - ICB / Public Health", ("ICB", "Public Health")),
        ("Joint Police and Health", ("Police", "Health")),
    ],
)
def test_two_who_lead_stay_two(cell: str, leads: tuple[str, ...]) -> None:
    assert read_leads(cell).leads == leads


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("Jane Smith", True),
        ("Cllr A. Khan", True),
        ("Head of MASH", False),
        ("Early Help", False),
        ("JS", False),
        ("J. Smith", True),
        ("Jane", True),
        ("Grace Centre", False),
    ],
)
def test_a_person_is_told_from_a_role(name: str, person: bool) -> None:
    assert is_person(name) is person


@pytest.mark.parametrize(
    ("cell", "leads"),
    [
        ("Head of MASH - Jane", ("Head of MASH",)),
        ("J. Smith (LA)", ("LA",)),
        ("Head of QA (J.B. Smith)", ("Head of QA",)),
        ("Locality Manager - Lincoln", ("Locality Manager - Lincoln",)),
        ("Manager (Grace House)", ("Manager (Grace House)",)),
    ],
)
def test_a_person_beside_a_role_is_left_out_and_a_place_is_not(cell: str, leads: tuple[str, ...]) -> None:
    assert read_leads(cell).leads == leads


@pytest.mark.parametrize(
    ("cell", "role"),
    [
        ("QA Manager: Jane Okafor", "QA Manager"),
        ("Supt. Mark Ellis (Police)", "Police"),
        ("DI Sarah Khan (Police)", "Police"),
        ("Police (D/Supt Ellis)", "Police"),
        ("PC Ellis, Missing Coordinator", "Missing Coordinator"),
        ("Cllr Ann Reeve, Lead Member", "Lead Member"),
        ("Rev. T. Holt, Diocesan Safeguarding Adviser", "Diocesan Safeguarding Adviser"),
        ("Siobhán O'Neill (Named Nurse)", "Named Nurse"),
        ("Head of QA Jane Smith", "Head of QA"),
        ("Ravi Gill Team Manager", "Team Manager"),
        ("Service Manager R Gill", "Service Manager"),
        ("A. Khan, Thames Valley Police", "Thames Valley Police"),
        ("Named GP Dr Shaw", "Named GP"),
        ("LADO Kate Hill", "LADO"),
        ("Business Unit (Ann)", "Business Unit"),
        ("Ann from the Business Unit", "Business Unit"),
        ("Head of QA/Ravi", "Head of QA"),
        ("Mohammed Al-Hassan (Named Dr)", "Named Dr"),
        ("Aoife Ní Bhriain, Named Midwife", "Named Midwife"),
        ("Fr. Michael Dunn, Diocese", "Diocese"),
        ("C.M., Head of Adoption", "Head of Adoption"),
        ("Housing (SJ)", "Housing"),
        ("Fatima al-Sayed, Housing", "Housing"),
        ("Ravi (Service Manager)", "Service Manager"),
    ],
)
def test_beside_a_person_the_role_leads(cell: str, role: str) -> None:
    found = read_leads(cell)

    assert found.leads == (role,)
    assert "is a person" in (found.doubt or "")


@pytest.mark.parametrize(
    ("cell", "people"),
    [
        ("Jane Okafor & Mark Ellis", ["Jane Okafor", "Mark Ellis"]),
        ("Okafor, Jane", ["Okafor, Jane"]),
        ("Det Supt Mark Ellis", ["Det Supt Mark Ellis"]),
        ("Supt Ellis", ["Supt Ellis"]),
    ],
)
def test_people_alone_are_known_as_such(cell: str, people: list[str]) -> None:
    assert list(read_leads(cell).leads) == people
    assert all(map(is_person, people))


@pytest.mark.parametrize(
    ("cell", "leads", "supporters"),
    [
        ("School Nursing Lead | Health Visiting Lead", ["School Nursing Lead", "Health Visiting Lead"], []),
        (
            "- School Nursing Lead\n- Health Visiting Lead",
            ["School Nursing Lead", "Health Visiting Lead"],
            [],
        ),
        ("Joint: Police and ICB", ["Police", "ICB"], []),
        ("Primary: LADO Secondary: Training Officer", ["LADO"], ["Training Officer"]),
        ("Exec lead: Chief Nurse / Operational lead: Named Midwife", ["Chief Nurse", "Named Midwife"], []),
        ("Action owner – Training Officer", ["Training Officer"], []),
        ("Lead agency: Police", ["Police"], []),
        ("SRO: DCS; Delivery lead: QA Manager", ["DCS", "QA Manager"], []),
        ("Sponsor: DCS; Lead: Virtual School Head", ["Virtual School Head"], ["DCS"]),
        ("Virtual School Head; Deputy: SEND Officer", ["Virtual School Head"], ["SEND Officer"]),
        ("Police (lead), ICB, LA", ["Police"], ["ICB", "LA"]),
        ("Training Officer assisted by Support Officer", ["Training Officer"], ["Support Officer"]),
        ("QA Manager (maternity cover: Training Officer)", ["QA Manager"], ["Training Officer"]),
        ("Named Midwife on behalf of Head of Midwifery", ["Named Midwife"], ["Head of Midwifery"]),
        ("Named Nurse with input from LADO", ["Named Nurse"], ["LADO"]),
        ("DCS delegated to Principal Social Worker", ["Principal Social Worker"], ["DCS"]),
        ("Working group led by Named GP", ["Named GP"], ["Working group"]),
        ("Head of Commissioning (supported by Legal)", ["Head of Commissioning"], ["Legal"]),
        ("Probation Lead and all agencies", ["Probation Lead"], []),
        ("Probation Lead or nominated deputy", ["Probation Lead"], []),
        ("Led by Named GP", ["Named GP"], []),
        ("Training Officer x2", ["Training Officer"], []),
        ("Vacant – cover by Service Manager Duty", ["Service Manager Duty"], []),
        ("Librarian (maternity cover TBC)", ["Librarian"], []),
        ("AM Response & Head of People", ["AM Response", "Head of People"], []),
        ("Education, Health and Care Plan Manager", ["Education, Health and Care Plan Manager"], []),
        ("HoS CiC/Care Leavers", ["HoS CiC/Care Leavers"], []),
        ("QA/Audit Lead", ["QA/Audit Lead"], []),
        ("MASH Team", ["MASH Team"], []),
        ("Coordinator for all partners", ["Coordinator for all partners"], []),
        ("Safeguarding Leads in all agencies", ["Safeguarding Leads in all agencies"], []),
        ("Police: DCI Vulnerability", ["Police: DCI Vulnerability"], []),
        ("Probation Lead – Housing Options Manager", ["Probation Lead", "Housing Options Manager"], []),
        ("Head of Service – Assessment", ["Head of Service – Assessment"], []),
        ("Probation Lead (support from Housing)", ["Probation Lead"], ["Housing"]),
        ("VACANT POST - Probation Lead", ["Probation Lead"], []),
        ("16+ Service Manager", ["16+ Service Manager"], []),
        ("DCI, Police", ["DCI, Police"], []),
    ],
)
def test_words_around_roles_are_no_roles(cell: str, leads: list[str], supporters: list[str]) -> None:
    found = read_leads(cell)

    assert (list(found.leads), list(found.supporters)) == (leads, supporters)


@pytest.mark.parametrize(
    "cell",
    [
        "–",
        "—",
        "T.B.C.",
        "n/k",
        "New post",
        "No lead identified",
        "Lead required",
        "Lead",
        "LADO to nominate",
    ],
)
def test_words_for_nobody_are_no_role(cell: str) -> None:
    assert read_leads(cell).leads == ()
    assert "is nobody" in (read_leads(cell).doubt or "")


@pytest.mark.parametrize("cell", ["Partners", "Schools", "System-wide", "Headteachers"])
def test_words_for_everybody_are_asked_about(cell: str) -> None:
    assert "everybody leads it" in (read_leads(cell).doubt or "")


@pytest.mark.parametrize(
    ("text", "leads", "supporters"),
    [
        ("Police - supported by Health", ["Police"], ["Health"]),
        ("Police, with Health support", ["Police"], ["Health"]),
        ("Police lead, Health to support", ["Police"], ["Health"]),
        ("Police; supported by: Health; Education", ["Police"], ["Health", "Education"]),
        ("Police together with Health", ["Police"], ["Health"]),
        ("Head of QA – support Health", ["Head of QA"], ["Health"]),
        ("DCI Paul Brown (Police) supported by Head of YJS", ["Police"], ["Head of YJS"]),
        ("Co-leads: AD Early Help and Designated Nurse", ["AD Early Help", "Designated Nurse"], []),
        ("Co Leads - DCS and Chief Nurse", ["DCS", "Chief Nurse"], []),
        ("Co-chairs: DCS, ICB", ["DCS", "ICB"], []),
        ("Joint lead – Police & Health", ["Police", "Health"], []),
        ("Jointly DCS & Chief Nurse", ["DCS", "Chief Nurse"], []),
        ("Smith, Jane;#14;#Patel, Ravi;#22", ["Jane Smith", "Ravi Patel"], []),
        ("Estates Manager[50%]", ["Estates Manager"], []),
        ("Previously DCS; AD Practice", ["AD Practice"], []),
        ("Prevent Coordinator\nPolice Supervisor", ["Prevent Coordinator", "Police Supervisor"], []),
        ("Head of Community\nSafety", ["Head of Community Safety"], []),
        ("Education (schools), Health (ICB)", ["Education (schools)", "Health (ICB)"], []),
        ("LADO cc DCS", ["LADO"], ["DCS"]),
        ("Head of Learning and Development and PSW", ["Head of Learning and Development", "PSW"], []),
        ("Director of Nursing and Quality and Police", ["Director of Nursing and Quality", "Police"], []),
        ("Head of Safeguarding and Quality Assurance", ["Head of Safeguarding and Quality Assurance"], []),
        ("All partners (led by Principal Social Worker)", ["Principal Social Worker"], ["All partners"]),
        ("Schools – coordinated by PSHE Adviser", ["PSHE Adviser"], ["Schools"]),
        ("Head of Family Support", ["Head of Family Support"], []),
        ("Support Services Manager", ["Support Services Manager"], []),
        ("Joint Commissioning Manager", ["Joint Commissioning Manager"], []),
    ],
)
def test_who_helps_and_who_leads_jointly(text: str, leads: list[str], supporters: list[str]) -> None:
    found = read_leads(text)
    assert (list(found.leads), list(found.supporters)) == (leads, supporters)


@pytest.mark.parametrize(
    "text",
    [
        "Head of QA (until 31/12/26)",
        "Head of QA (from Jan 27)",
        "Head of QA wef Jan 27",
        "Head of QA until 31 December 2026",
        "Head of QA, until 31/12/26",
        "Head of QA [Jan-Mar 27]",
        "Head of QA [cover until April]",
        "Head of QA - leaves 31/12/26",
        "From 1/1/27: Head of QA",
    ],
)
def test_how_long_somebody_holds_a_role_is_no_part_of_its_name(text: str) -> None:
    found = read_leads(text)
    assert found.leads == ("Head of QA",)
    assert found.doubt == f'"{text}" says for how long: read as Head of QA'


@pytest.mark.parametrize("text", ["see notes", "to follow", "refer to plan", "leads to be agreed"])
def test_what_names_nobody_is_no_role(text: str) -> None:
    assert read_leads(text).leads == ()


@pytest.mark.parametrize(
    "role",
    [
        "Inspector Hate Crime",
        "DCI Vulnerability",
        "Hepatitis C Nurse",
        "Area A Lead",
        "Designated Dr Safeguarding",
        "St Thomas Hospital Lead",
        "Women's Aid",
        "Barnardo's",
        "Early Help Hub",
        "QA",
        "Corporate Parenting",
        "Lead Member support officer",
        "L&D",
        "Director of Adults and Children's Services",
        "Aneurin Bevan University Health Board",
        "NHS Greater Glasgow and Clyde",
        "Jo Richardson Community School",
        "Citizens Advice",
        "Catch22",
        "Pennaeth Gwasanaeth Plant",
        "Joint Commissioning Manager",
        "Head of ZY",
    ],
)
def test_words_of_roles_are_no_people(role: str) -> None:
    found = read_leads(role)

    assert (found.leads, found.doubt) == ((role,), None)


@pytest.mark.parametrize(
    ("cell", "leads", "supporters"),
    [
        ("Housing plus Police", ["Housing", "Police"], []),
        ("Housing or Probation", ["Housing", "Probation"], []),
        ("Either CSC or Police", ["CSC", "Police"], []),
        ("CSC > Police", ["CSC", "Police"], []),
        ("CSC with Police and Health", ["CSC"], ["Police", "Health"]),
        ("CSC (+ Police)", ["CSC"], ["Police"]),
        ("Police (L) Health (S)", ["Police"], ["Health"]),
        ("Housing, Fire to assist", ["Housing"], ["Fire"]),
        ("Housing – lead; Fire – support", ["Housing"], ["Fire"]),
        ("Fire lead, Housing support", ["Fire"], ["Housing"]),
        ("PA to Kate Hill", ["PA"], []),
        ("LADO KH", ["LADO"], []),
        ("karen.whitlock (Early Years)", ["Early Years"], []),
        ("Not Education", ["Not Education"], []),
        ("All except Fire", ["All except Fire"], []),
        ("Health, Police (lead), Education", ["Police"], ["Health", "Education"]),
        ("Head of QA (with help from Police)", ["Head of QA"], ["Police"]),
        ("Housing (was Fire)", ["Housing"], []),
        ("Head of QA (formerly Head of IRO)", ["Head of QA"], []),
        ("Head of Fire on leave", ["Head of Fire"], []),
        ("Ex-Head of QA", ["Head of QA"], []),
        ("Housing not Fire", ["Housing"], []),
        ("see 1.1", [], []),
        ("1.3", [], []),
        ("Unknown", [], []),
        ("Post holder left", [], []),
        ("Carla Moss, Head of Adoption and Dan Cole, Virtual Head", ["Head of Adoption", "Virtual Head"], []),
        ("Carla Moss (Adoption), Dan Cole (Virtual School)", ["Adoption", "Virtual School"], []),
        ("Named Nurse supported by Ravi Gill", ["Named Nurse"], []),
        ("JS", ["JS"], []),
        ("Relevant managers", ["Relevant managers"], []),
        ("Zorblat", ["Zorblat"], []),
    ],
)
def test_what_is_no_plain_role_is_asked_about(cell: str, leads: list[str], supporters: list[str]) -> None:
    found = read_leads(cell)

    assert (list(found.leads), list(found.supporters)) == (leads, supporters)
    assert found.doubt is not None
