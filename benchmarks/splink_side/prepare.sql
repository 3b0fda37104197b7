-- Residents as Splink shall compare them: what an analyst who knows Indonesian registers would prepare in SQL.

-- Upper case, letters only, no titles; short forms and the spelling of before 1972 written out.
CREATE MACRO plain(s) AS trim(regexp_replace(regexp_replace(regexp_replace(' ' || upper(s) || ' ',
    '['']', '', 'g'), '\b(S|M)\.\s?(PD|KOM|E|H|SOS|IP|AG|T|SI|KEP|P)\b\.?', ' ', 'g'), '[^A-Z0-9]+', ' ', 'g'));
CREATE MACRO untitled(s) AS trim(regexp_replace(regexp_replace(s,
    '\b(H|HJ|DR|DRS|DRA|IR|NY|TN|NN|SDR|SDRI|BY|AN|ALM|SE|SH|SPD|SKOM|BIN|BINTI|ALMH|ALMARHUM|ALMARHUMAH)\b', ' ', 'g'), '\s+', ' ', 'g'));
CREATE MACRO written_out(s) AS regexp_replace(regexp_replace(regexp_replace(regexp_replace(s,
    '\b(M|MUH|MOH|MOHD|MHD|MUCH|MOCH|MUHAMAD|MOHAMMAD|MOHAMAD|MUCHAMMAD|MOCHAMMAD|MOCHAMAD|MOHAMED|MUHAMMED)\b', 'MUHAMMAD', 'g'),
    '\bST\b', 'SITI', 'g'), '\b(ABD|ABDL)\b', 'ABDUL', 'g'), '\b(ACHMAD|AHMED|ACH|AKHMAD)\b', 'AHMAD', 'g');
CREATE MACRO respelled(s) AS replace(replace(replace(replace(replace(replace(s,
    'TJ', 'C'), 'DJ', 'J'), 'SJ', 'SY'), 'NJ', 'NY'), 'OE', 'U'), 'CH', 'KH');
CREATE MACRO name_of(s) AS nullif(respelled(written_out(untitled(translate(plain(s), '01548', 'OISAB')))), '');

-- What letters sound like: KH and Q as K; V and P as F; Z as S; Y, J and E as I; no H; doubled letters once.
CREATE MACRO as_heard(s) AS translate(replace(replace(replace(s, 'KH', 'K'), 'SY', 'S'), 'H', ''), 'QVPZYJE', 'KFFSIII');
CREATE MACRO vowels_once(s) AS replace(replace(replace(replace(s, 'AA', 'A'), 'II', 'I'), 'UU', 'U'), 'OO', 'O');
CREATE MACRO consonants_once(s) AS replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(s,
    'NN', 'N'), 'MM', 'M'), 'LL', 'L'), 'SS', 'S'), 'RR', 'R'), 'DD', 'D'), 'TT', 'T'), 'FF', 'F'), 'KK', 'K'), 'BB', 'B'),
    'GG', 'G');
CREATE MACRO sound(s) AS nullif(consonants_once(vowels_once(as_heard(s))), '');
CREATE MACRO digits(s, n) AS CASE WHEN length(regexp_replace(s, '[^0-9]', '', 'g')) = n
    THEN regexp_replace(s, '[^0-9]', '', 'g') END;

CREATE TABLE residents AS
WITH cleaned AS (
    SELECT
        record_id AS unique_id,
        digits(nik, 16) AS nik,
        digits(no_kk, 16) AS kk,
        name_of(nama) AS nama,
        name_of(nama_ibu) AS ibu,
        name_of(nama_ayah) AS ayah,
        upper(left(trim(jenis_kelamin), 1)) AS sex,
        nullif(plain(tempat_lahir), '') AS tempat,
        try_cast(tanggal_lahir AS DATE) AS dob,
        nullif(regexp_replace(plain(alamat), '\b(JALAN|JL|JLN|NO|NOMOR|GG|GANG)\b ?', '', 'g'), '') AS alamat,
        nullif(plain(kelurahan), '') AS kelurahan,
        nullif(upper(trim(no_akta_lhr)), '') AS akta,
        digits(nik_ibu, 16) AS nik_ibu,
        digits(nik_ayah, 16) AS nik_ayah
    FROM register
)
SELECT
    *,
    left(nik, 12) AS nik12,
    sound(nama) AS nama_bunyi,
    split_part(sound(nama), ' ', 1) AS nama_awal,
    split_part(sound(nama), ' ', -1) AS nama_akhir,
    array_to_string(list_sort(string_split(sound(nama), ' ')), ' ') AS nama_urut,
    string_split(sound(nama), ' ') AS nama_kata,
    sound(ibu) AS ibu_bunyi,
    split_part(sound(ibu), ' ', 1) AS ibu_awal,
    sound(ayah) AS ayah_bunyi,
    split_part(sound(ayah), ' ', 1) AS ayah_awal,
    string_split(alamat, ' ') AS alamat_kata,
    year(dob) AS tahun,
    try_cast(strftime(dob, '%Y-%d-%m') AS DATE) AS dob_tukar,
    strftime(dob, '%d') || strftime(dob, '%m') || strftime(dob, '%Y') AS dob_angka
FROM cleaned;
