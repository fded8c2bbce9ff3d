"""Registers of people, schools and term dates: one answer names every fault of a file."""

import re
from datetime import date
from pathlib import Path

import pytest

from documents.draft import DocumentError
from documents.member_register import read_members
from documents.people import read_people
from documents.schools import SchoolRow, read_schools
from tests.conftest import Program

Run = Program


def _file(folder: Path, text: str) -> str:
    path = folder / "register.csv"
    path.write_text(text, "utf-8")
    return str(path)


def _sampled(run: Run) -> None:
    run.on_samples()


def test_every_faulty_row_of_people_is_named_at_once(run: Run, tmp_path: Path) -> None:
    _sampled(run)
    ran = run(
        "people",
        "import",
        _file(
            tmp_path,
            "role,agency,slack_user,deputy,from,to\n"
            "Principal Social Worker,,@jane,,,\n"
            ",,U0001LEAD,,,\n"
            "Principal Social Worker,,U0001LEAD,jane,soon,\n",
        ),
    )

    assert ran.code == 1
    assert 'row 2: slack_user "@jane" is neither a Slack ID' in ran.err
    assert "row 3: no role is given" in ran.err
    assert 'row 4: deputy "jane" is neither' in ran.err
    assert 'row 4: "soon" in column from is not a date' in ran.err


def test_a_role_that_no_plan_has_is_refused_with_the_nearest(run: Run, tmp_path: Path) -> None:
    _sampled(run)
    people = "role,slack_user\nPricipal Social Worker,U0001LEAD\nKeeper of Bees,U0001LEAD\n"
    ran = run("people", "import", _file(tmp_path, people))

    assert ran.code == 1
    assert (
        'row 2: no plan has the role "Pricipal Social Worker". Did you mean “Principal Social Worker”?'
        in ran.err
    )
    assert 'row 3: no plan has the role "Keeper of Bees"' in ran.err


def test_before_the_first_plan_people_may_have_any_role(run: Run, tmp_path: Path) -> None:
    ran = run("people", "import", _file(tmp_path, "role,slack_user\nKeeper of Bees,U0001LEAD\n"))

    assert (ran.code, ran.err) == (0, "")


def test_a_calendar_without_dates_is_refused_with_the_nearest(run: Run, tmp_path: Path) -> None:
    _sampled(run)
    ran = run("schools", "import", _file(tmp_path, "name,calendar\nElm School,Oxfordshre\n"))

    assert ran.code == 1
    assert (
        'Elm School: no term dates are held for the calendar "Oxfordshre". Did you mean “Oxfordshire”?'
        in ran.err
    )


@pytest.mark.parametrize("kind", ["people", "schools"])
def test_a_childs_details_are_not_quoted_from_a_register(run: Run, tmp_path: Path, kind: str) -> None:
    _sampled(run)
    heading = "role,slack_user" if kind == "people" else "name,calendar,channel"
    ran = run(
        kind, "import", _file(tmp_path, f"{heading}\nNHS 943 476 5919,NHS 943 476 5919,NHS 943 476 5919\n")
    )

    assert ran.code == 1
    assert "an NHS number" in ran.err
    assert "943" not in ran.err + ran.out


def test_every_faulty_row_of_term_dates_is_named_at_once(run: Run, tmp_path: Path) -> None:
    rows = ["Oxon,Autumn,never,2016-12-20,term", "Oxon,Autumn,2016-09-01,2016-12-20,fair"]
    terms = "\n".join(["calendar,term,starts,ends,kind", *rows])
    ran = run("terms", "import", _file(tmp_path, terms))

    assert ran.code == 1
    assert 'row 2: "never" in column starts is not a date' in ran.err
    assert 'row 3: "fair" is not one of' in ran.err


def test_a_schools_telephone_number_is_read_as_one_or_refused(run: Run, tmp_path: Path) -> None:
    _sampled(run)
    heading = "name,telephone,calendar"
    good = ["Elm School,01632 960123,Oxfordshire", "Oak School,+44 1632 960124 ext 12,Oxfordshire"]
    assert run("schools", "import", _file(tmp_path, "\n".join([heading, *good, ""]))).code == 0
    bad = run("schools", "import", _file(tmp_path, f"{heading}\nAsh School,ask Jo at home,Oxfordshire\n"))

    assert bad.code == 1
    assert "row 2: what is in the column telephone is not a telephone number of this country" in bad.err
    assert "01632" not in run("audit", "export", "record.csv").out
    assert "01632 960123" not in (tmp_path / "record.csv").read_text("utf-8")


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        (("--document", "board.example.org"), "--document: the link does not begin with https://"),
        (("--referral", "https://me:pw@example.org"), "--referral: the link has a user name in it"),
        (("--dated", "soon"), "--dated: soon is not a date"),
    ],
)
def test_a_reminders_links_are_checked(
    run: Run, tmp_path: Path, options: tuple[str, str], fault: str
) -> None:
    _sampled(run)
    (tmp_path / "lines.txt").write_text("Call your contact.", "utf-8")
    usual = ("--action", "1.6", "--plan", "jtai2016", "--message", "lines.txt")
    ran = run("reminder", "add", *usual, *options)

    assert ran.code == 1
    assert fault in ran.err
    assert run("reminder", "add", *usual, "--sender", "The board", "--dated", "November 2016").code == 0


def test_a_register_of_any_kind_is_imported(run: Run, tmp_path: Path) -> None:
    _sampled(run)
    file = _file(tmp_path, "name,agency,contact,from,to\nNorth,CSC,U0001LEAD,2016-09-01,\nSouth,CSC,,,\n")
    ran = run("register", "import", "teams", file)

    assert (ran.code, ran.err) == (0, "")
    assert "2 of 2 on the register of teams added or changed." in ran.out
    assert "1 without a contact: South." in ran.out
    assert "Nothing changed." in run("register", "import", "Teams", file).out
    assert "teams\t2 members" in run("register", "list").out
    assert run("audit", "verify").code == 0


def test_every_fault_of_a_register_is_named(run: Run, tmp_path: Path) -> None:
    _sampled(run)
    ran = run(
        "register",
        "import",
        "teams",
        _file(tmp_path, "name,contact,from\nNorth,jane,\nNorth,,soon\n,U0001LEAD,\n"),
    )

    assert ran.code == 1
    assert 'row 2: contact "jane" is neither' in ran.err
    assert "row 3: North is there twice" in ran.err
    assert 'row 3: "soon" in column from is not a date' in ran.err
    assert "row 4: no name is given" in ran.err
    assert run("register", "import", "42", _file(tmp_path, "name\nNorth\n")).code == 1


def test_a_register_of_schools_keeps_what_the_schools_file_said(run: Run, tmp_path: Path) -> None:
    _sampled(run)
    file = _file(tmp_path, "name,contact\nRiverside School,\nNew School,C0009NEW\n")
    ran = run("register", "import", "schools", file)

    assert "1 of 2 on the register of schools added or changed." in ran.out
    assert "schools\t4 members" in run("register", "list").out
    assert run("audit", "verify").code == 0


_FINDINGS = "ref,title,plan,actions,kpis,kind,document,published,paragraph,text\n"


def test_findings_are_read_once_and_the_actions_that_are_like_them_are_proposed(
    run: Run, tmp_path: Path
) -> None:
    _sampled(run)
    rows = "N1,Supervision audits,jtai2016,,,found,Peer review,2017-03-01,paragraph 4,Seldom written up\n"
    file = _file(tmp_path, _FINDINGS + rows)
    ran = run("findings", "import", file)

    assert (ran.code, ran.err) == (0, "")
    assert "1 of 1 findings added or changed." in ran.out
    assert "N1 Supervision audits: no action answers it. Likely: 2.3.3 " in ran.out
    assert "Nothing changed." in run("findings", "import", file).out
    assert "N1\tjtai2016\t\tnot yet known\tSupervision audits" in run("findings", "list").out
    later = "N1,,,,,held,Second review,2018-03-01,paragraph 2,Written up\n"
    file = _file(tmp_path, _FINDINGS + rows.replace(",jtai2016,,", ',jtai2016,"2.3.3, 2.3.4",') + later)
    assert "1 of 1 findings added or changed." in run("findings", "import", file).out
    assert "N1\tjtai2016\t2.3.3,2.3.4\theld\tSupervision audits" in run("findings", "list").out
    # A file that names no action takes back none, and what it leaves out stays.
    assert "Nothing changed." in run("findings", "import", _file(tmp_path, _FINDINGS + rows)).out
    assert "N1\tjtai2016\t2.3.3,2.3.4\theld\tSupervision audits" in run("findings", "list").out
    assert "entries, unbroken" in run("audit", "verify").out


def test_every_fault_of_a_file_of_findings_is_named_and_nothing_is_written(run: Run, tmp_path: Path) -> None:
    _sampled(run)
    faulty = (
        "N1,Supervision,jtai2016,,,foundd,Review,2017-03-01,paragraph 4,Seldom written up\n"
        "N2,,,,,found,Review,soon,paragraph 5,Late\n"
        "N3,Contact jane@example.org,,,,found,Review,2017-03-01,paragraph 6,Late\n"
        "N4,Late,,,,held,Review,2017-03-01,paragraph 6,Late\n"
    )
    ran = run("findings", "import", _file(tmp_path, _FINDINGS + faulty))

    assert ran.code == 1
    assert 'row 2: kind "foundd" is not known: write found, reported, held, came back' in ran.err
    assert "row 3: N2 begins here without a title" in ran.err
    assert 'row 3: "soon" in column published is not a date' in ran.err
    assert "row 4: title " in ran.err
    assert "jane@example.org" not in ran.err
    assert "row 5: nothing says how N4 was found" in ran.err

    unknown = "N1,Supervision,jtai2017,2.3.9,cp-negelct,found,Review,2017-03-01,paragraph 4,Late\n"
    ran = run("findings", "import", _file(tmp_path, _FINDINGS + unknown))
    assert 'row 2: no plan has the code "jtai2017". Did you mean “jtai2016”?' in ran.err
    assert 'row 2: no KPI has the code "cp-negelct". Did you mean “cp-neglect”?' in ran.err
    assert "N1\t" not in run("findings", "list").out


def test_columns_may_have_their_usual_other_names(tmp_path: Path) -> None:
    people = (
        "Job title,Organisation,Slack ID,Start date,End date\n"
        "Keeper of Bees,Council,<@U0001LEAD>,Sep-25,Aug-26\n"
        "Keeper of Cats,Council,u0001leaf,,\n"
    )
    bees, cats = read_people(Path(_file(tmp_path, people)))
    assert (bees.role, bees.agency, bees.slack_user) == ("Keeper of Bees", "Council", "U0001LEAD")
    assert (bees.starts, bees.ends) == (date(2025, 9, 1), date(2026, 8, 31))
    assert cats.slack_user == "U0001LEAF"


def test_a_missing_column_is_told_with_those_that_are_there(run: Run, tmp_path: Path) -> None:
    ran = run("people", "import", _file(tmp_path, "Team,Slack ID\nBees,U0001LEAD\n"))
    assert ran.code == 1
    assert "has no column role: it has “Team”, “Slack ID”. Give it the columns role,agency" in ran.err


def test_nobody_and_an_own_deputy_are_told(run: Run, tmp_path: Path) -> None:
    people = "role,slack_user,deputy,to\nA,TBC,,\nB,U0001LEAD,U0001LEAD,\nC,U0001LEAD,vacant,31/6/26\n"
    ran = run("people", "import", _file(tmp_path, people))
    assert ran.code == 1
    assert 'row 2: slack_user "TBC" is nobody: leave the row out until somebody holds the role' in ran.err
    assert "row 3: U0001LEAD is named as their own deputy" in ran.err
    assert 'row 4: deputy "vacant" is nobody' in ran.err
    assert '"31/6/26" is not a real date: check the day and the month' in ran.err


def test_a_list_of_the_national_register_of_schools_comes_in_by_its_headings(
    run: Run, tmp_path: Path
) -> None:
    head = "EstablishmentName,LA (name),EstablishmentStatus (name),OpenDate"
    schools = f"{head}\nHill Primary,Eastbridge,Open,01/09/2015\n"
    assert run("schools", "import", _file(tmp_path, schools)).code == 0
    ran = run("schools", "import", _file(tmp_path, f"{schools}Shut Primary,Eastbridge,Closed,\n"))
    assert ran.code == 1
    assert "row 3: it is closed, and column to does not say since when" in ran.err


def test_a_heading_with_the_word_of_a_column_in_it_is_read(tmp_path: Path) -> None:
    schools = "School,Slack channel,LA calendar\nHill School,TBC,Anytown\n"
    people = "Role,Agency,Slack ID,Deputy (Slack ID)\nHead of MASH,Council,U0MASH0001,U0MASH0002\n"

    assert read_schools(Path(_file(tmp_path, schools)))[0].calendar == "Anytown"
    (person,) = read_people(Path(_file(tmp_path, people)))
    assert person.deputy == "U0MASH0002"


def test_columns_that_are_not_read_are_named(run: Run, tmp_path: Path) -> None:
    _sampled(run)
    schools = (
        "School name,Calendar,Channel,Opened,Deputy DSL\nHill School,Oxfordshire,TBC,01/09/2012,J Pell\n"
    )

    ran = run("schools", "import", _file(tmp_path, schools))

    assert "doubt: not used, so nothing of it is stored: “Deputy DSL”" in ran.out
    assert "can't be reached: Hill School" in ran.out


def test_beside_deputies_names_their_addresses_are_read(tmp_path: Path) -> None:
    people = "Role,Email,Deputy,Deputy email,In post from\nHead,a@x.org,Jo Marsh,jo@x.org,01/09/2024\n"
    (person,) = read_people(Path(_file(tmp_path, people)))
    assert (person.deputy, person.starts) == ("jo@x.org", date(2024, 9, 1))


def test_an_address_with_more_beside_it_is_told_by_its_column_and_not_quoted(tmp_path: Path) -> None:
    path = _file(tmp_path, "role,agency,slack_user\nHead of MASH,Council,Ruth Bell (r.bell@example.org)\n")

    with pytest.raises(DocumentError, match="row 2: column slack_user has more in it than one email") as told:
        read_people(Path(path))
    assert "r.bell" not in str(told.value)


def test_a_copied_mail_link_is_an_address(tmp_path: Path) -> None:
    path = _file(tmp_path, "role,agency,slack_user\nHead of MASH,Council,mailto:R.Bell@example.org\n")

    assert [one.slack_user for one in read_people(Path(path))] == ["r.bell@example.org"]


def test_two_agencies_of_one_role_and_two_schools_on_one_channel_are_told(run: Run, tmp_path: Path) -> None:
    run.on_empty_database()
    people = "role,agency,slack_user\nNurse,Trust,U0001LEAD\nNurse,Board,U0002DEPUTY\n"
    told = run("people", "import", _file(tmp_path, people)).out
    assert "“Nurse” has the agencies “Trust”, “Board”: only “Trust” is kept" in told
    schools = "name,channel,calendar\nHill School,C0003SCHOOL,North\nVale School,C0003SCHOOL,North\n"
    told = run("schools", "import", _file(tmp_path, schools)).out
    assert "Hill School and Vale School have the same channel, C0003SCHOOL" in told


def _schools(folder: Path, *rows: str) -> list[SchoolRow]:
    (folder / "schools.csv").write_text("\n".join(["name,calendar,telephone,to", *rows]), "utf-8")
    return read_schools(folder / "schools.csv")


def test_a_school_whose_name_says_that_it_is_closed_ends(tmp_path: Path) -> None:
    [school] = _schools(tmp_path, "Brook Infants (closed 31/08/26),Rivershire,,")

    assert (school.name, school.ends) == ("Brook Infants", date(2026, 8, 31))


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (("Brook Infants (closed),Rivershire,,",), "its name says that it is closed: give the day"),
        (("Fen Academy,R,,", "FEN ACADEMY,R,,"), "FEN ACADEMY is there twice, as Fen Academy"),
        (
            ("St Mary,R,,", "St Mary,R,,"),
            "is there twice: give each a name of its own, such as with its town",
        ),
    ],
)
def test_a_school_that_cannot_be_told_apart_is_refused(
    tmp_path: Path, rows: tuple[str, ...], why: str
) -> None:
    with pytest.raises(DocumentError, match=re.escape(why)):
        _schools(tmp_path, *rows)


def test_the_zero_that_excel_drops_is_given_back(tmp_path: Path) -> None:
    [school] = _schools(tmp_path, "Brook Infants,Rivershire,1632960101,")

    assert school.telephone == "01632960101"


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (("Vacant",), '"Vacant" is nobody'),
        (("Priya Nolan", '"NOLAN, Priya"'), "is there twice, as Priya Nolan"),
    ],
)
def test_a_register_has_no_nobody_and_nobody_twice(tmp_path: Path, names: tuple[str, ...], why: str) -> None:
    (tmp_path / "managers.csv").write_text("\n".join(["name", *names]), "utf-8")

    with pytest.raises(DocumentError, match=why):
        read_members(tmp_path / "managers.csv")
