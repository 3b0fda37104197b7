"""What readers take as one, by format, and what may stand in its place: edges of ranges, foreign types, half marks."""

from __future__ import annotations

import re
from typing import Final

from tests.intake.fuzz.edits import Words

BINARY: Final = Words(
    re.compile(rb"[^\0]{2,12}"),
    (b"\0", b"\xff", b"\x80", b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f", b"\xff" * 9 + b"\x01", b"\x15\xfe\xff\x0f"),
)

ZIP: Final = (
    BINARY,
    Words(
        re.compile(rb"PK..|[a-z]+\.[a-z]+", re.DOTALL),
        tuple(b"PK\1\2 PK\3\4 PK\5\6 PK\6\6 ../ / CON b.xlsx \xc3\xa9 a.csv\0".split(b" ")),
    ),
)

CELLS: Final = Words(
    re.compile(rb"[^,;|\t\r\n]+"),
    (
        *b"\xff \x81 \xed\xa0\x80 \xe2\x80\xa8 \xc2\x85 \xcc\x81 \xf4 \0 \x1f \xc2\xb2 ' '' '1 =\"\" - 0 nan inf".split(
            b" "
        ),
        *b"3,37E+15 1e999 0/0/0 99-99-9999 31.02.2001 0001-01-01 -1.000,5 NAMA record_id NAMA_LGKP TINGGI NIK".split(),
        *(b"9" * 30, b"x" * 70_000, b"", b" "),
    ),
)
MARKS: Final = Words(
    re.compile(rb"[,;|\t\r\n\"']"),
    (
        *b'" "" """ \' , ; | \t \r \n \r\n \n\n \r\r\n ,"\n "\n" sep=;\n \xef\xbb\xbf \xff\xfe \xfe\xff'.split(b" "),
        *(b"," * 5000, b'"' + b"a,b\n" * 30 + b'"', b"NIK;NAMA\n"),
    ),
)
TEXT: Final = (CELLS, MARKS)

XML: Final = (
    Words(
        re.compile(rb'(?<=")[^"<>]*(?=")'),
        (
            *b"0 1 -1 9 s n d b e str inlineStr x 1048577 A1 B2 XFE1 a1 AAAA1 1A \xc3\xa9 true hidden External".split(
                b" "
            ),
            *rb"/etc/passwd ../../x [h]:mm yyyy \d [$-409]d [ @;@;@;@;@ &#0; &#xD800; &x;".split(),
            *(b"", b"0" * 300, b"9" * 400),
        ),
    ),
    Words(
        re.compile(rb"(?<=>)[^<>]+(?=<)"),
        (
            *b"-1 999 1e400 nan inf -inf 1,5 2958466 -0.1 0x10 1_0 0 59.99999999".split(),
            *b"1E-400 true \xff \xf0\x9f\x98\x80".split(),
            *b"_xD800_ _x0000_ _x005F_x000A_ &#0; &#xD800; &lt; <![CDATA[ ]]> <!-- 1980-02-30T00:00:00".split(),
            *(b" ", b"\n", b"9" * 30, b"x" * 70_000),
        ),
    ),
    Words(
        re.compile(rb'<c .*?</c>|<row.*?</row>|<si>.*?</si>|<xf [^>]*>|<sheet [^>]*>|<v>.*?</v>| r="[^"]*"'),
        (
            *(
                b'<row r="0"/>',
                b'<c r="B2" t="s"/>',
                b'<sheet name="" r:id="b"/>',
                b"<!-- -->",
                b"<!DOCTYPE a>",
                b"<a>" * 200,
            ),
            *b"<row/> <c/> <c><v>5</v></c> <v/> <f>1</f> <si/> <is><t>a</t></is> <a:v>1</a:v> <?x?>".split(),
            *b"<row> </row> <c> <v>1<v>2</v></v> <si><t>x</t><rPh><t>y</t></rPh></si>".split(),
            b"<a>" * 200,
        ),
    ),
    Words(
        re.compile(rb"\n%%[^\n]+\n(?:<[^>]*>)?"),
        (
            *(b'<?xml version="1.0" encoding="utf-7"?>', b'<?xml version="1.0" encoding="utf-16"?>', b"\n%%../x\n"),
            *(b"\n%%xl/x.xml\n", b"\n%%xl/workbook.bin\n", b"\n%%xl/styles.xml\n", b"\n%%xl/sharedStrings.xml\n"),
        ),
    ),
)

JSON: Final = (
    Words(
        re.compile(rb'(?<=: )(?:\\?"[^"\\]*\\?"|-?\d+|null|true|false|\{\}|\[\])'),
        (
            *rb'null -1 9 1e999 {} [] "" true "..%2F..%2Fx" "/etc/passwd" "s3://a/b" "NIK" "part-0.parquet"'.split(),
            *rb'"%ff" "\u0000" "\ud800" "a%00b" \"long\" \"date\" \"binary\" \"decimal(10,2)\" \"timestamp\"'.split(),
            *(b"9" * 30, b"[" * 200),
        ),
    ),
    Words(
        re.compile(rb'\\?"\w+\\?"(?=: )|[^\n]+\n'),
        (
            *b'{"remove":{"path":"x"}}\n {"txn":{}}\n {}\n "deletionVector" "minReaderVersion" \n ""'.split(b" "),
            b'{"add":{"path":"part-0.parquet","partitionValues":{},"size":1,"modificationTime":0,"dataChange":true}}\n',
        ),
    ),
)

TOML: Final = (
    Words(
        re.compile(rb"(?<== )[^\n]+"),
        (
            *rb'1e999 nan -inf 0xff "" """ "\u0000" "\ud800" [1] [] [[]] {} -1 0 1 99999999999 true 2026-13-01'.split(),
            *rb'2026-01-01T00:00:00Z "rot13" "hex" "utf-7" "idna" "cp037" "utf_16" "utf-32-be" "\t" "x" "no"'.split(),
            *b'"sqlite://" "sqlite:///x" "sqlite:///db.sqlite?mode=rw" "SELECT" "\xff"'.split(),
            *(b'"SELECT 1; SELECT 2"', b'"SELECT NIK, NAMA_LGKP, NIK FROM penduduk"', b"\"ATTACH 'x' AS y\""),
            *(b'"SELECT zeroblob(9) AS NAMA_LGKP"', b'"SELECT 1e999 AS NAMA_LGKP"'),
        ),
    ),
    Words(re.compile(rb"\w+(?= = )|\[+\w+\]+"), tuple(b'a.b [[a]] [a] "" \xff name reading = #'.split())),
)

OUTSIDE_TOML: Final = (
    *TOML,
    Words(re.compile(rb"(?<== )[^\n]+"), (b"[" * 900, b"{a=" * 400, b"9" * 5000, b"1\n" + b"a." * 20_000 + b"a = 1")),
)
"""TOML that strangers send: also what takes the stack and the time of a parser."""

OPTIONS: Final = (
    Words(
        re.compile(rb"[^=\n]+"),
        tuple(b"rot13 hex utf-7 idna cp037 utf_16 = \0 \xff - none yes comma , . ymd".split(b" ")),
    ),
)
