"""What the header of a column says."""

from __future__ import annotations

import pytest

from linkage.proposal.columns.header import read_headers
from linkage.proposal.columns.words import fold, header_words

ONE_THING = [
    ("birth_date", "date_of_birth DOB birthDate BIRTHDATE Date-of-Birth"),
    ("birth_date", "brth_dt TGL_LHR tanggalLahir Geburtsdatum geb.-datum"),
    ("birth_date", "Fecha_de_Nacimiento fecha_nac dt_nasc né(e)_le"),
    ("birth_date", "geboortedatum datanascita syntymäaika fødselsdato"),
    ("birth_date", "doğum_tarihi дата_рождения дата_народження تاريخ_الميلاد जन्म_तिथि"),
    ("birth_date", "ngày_sinh วันเกิด 出生日期 生年月日 생년월일"),
    ("surname", "last_name LastName lname SURNAME Nachname apellido_paterno cognome"),
    ("surname", "nazwisko příjmení soyadı фамилия 姓 นามสกุล"),
    ("given_name", "firstname first-name fname Vorname prénom"),
    ("given_name", "voornaam etunimi förnamn nama_depan имя"),
    ("identifier", "SSN soc_sec_id NIK no_ktp CURP cpf dni PESEL"),
    ("identifier", "personnummer hetu TCKN снилс 身份证号 주민등록번호 aadhaar_no"),
    ("postcode", "zip ZipCode ADDR_POSTAL_CODE plz cep kode_pos"),
    ("postcode", "postinumero индекс 邮编 우편번호 รหัสไปรษณีย์"),
    ("phone", "phone_number TelephoneNumber tel. no_hp Telefone"),
    ("phone", "celular телефон 手机号 เบอร์โทร sdt"),
    ("sex", "sex GENDER gndr jenis_kelamin L/P geschlecht pohlaví płeć"),
    ("sex", "cinsiyet пол الجنس लिंग 性别 성별 เพศ"),
    ("category", "religion marital_status estado_civil phone_type ADDR_TYPE"),
    ("category", "occupation 民族 household_id no_kk"),
]  # fmt: skip


@pytest.mark.parametrize(("role", "headers"), ONE_THING)
def test_one_meaning_is_read_from_many_spellings_and_languages(role: str, headers: str) -> None:
    wrong = {}
    for header in headers.split():
        (evidence,) = read_headers([header])
        if not evidence.weights or max(evidence.weights, key=lambda one: evidence.weights[one]) != role:
            wrong[header] = dict(evidence.weights)
    assert wrong == {}


@pytest.mark.parametrize(
    ("header", "about"),
    [
        ("nama_ibu", "mother"), ("father's name", "father"), ("guardianNameLast_a", "guardian"),
        ("spouse_dob", "spouse"),
        ("TMPT_LHR", "birth"), ("mailing_address_zipcode", "mailing"), ("employer_city", "employer"),
        ("hh_id", "household"),
        ("emergency contact phone", "emergency"), ("previous_address", "previous"), ("work_phone", "work"),
        ("city", ""),
    ],
)  # fmt: skip
def test_a_header_tells_whom_it_is_about(header: str, about: str) -> None:
    assert read_headers([header])[0].about == about


def test_what_all_headers_of_a_file_begin_or_end_with_says_nothing() -> None:
    headers = ["school_name_a", "school_sex_a", "school_dob_a", "school_city_a", "school_phone_a"]
    assert [evidence.about for evidence in read_headers(headers)] == [""] * 5
    assert read_headers(["school_name"])[0].about == "school"


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("nameFirst_a", ("name", "first", "a")), ("PRIMARY_NAME_LAST", ("primary", "name", "last")),
        ("Prénom(s)", ("prenom", "s")), ("addr2", ("addr", "2")), ("तारीख", ("तारीख",)), ("الاسم", ("اسم",)),
    ],
)  # fmt: skip
def test_a_header_falls_into_folded_words(header: str, words: tuple[str, ...]) -> None:
    assert header_words(header) == words


@pytest.mark.parametrize(
    ("text", "plain"), [("Doğum", "dogum"), ("Łódź", "lodz"), ("성별", "성별"), ("Straße", "strasse"), ("أحمد", "احمد")]
)
def test_letters_of_one_sound_are_written_in_one_way(text: str, plain: str) -> None:
    assert fold(text) == plain
