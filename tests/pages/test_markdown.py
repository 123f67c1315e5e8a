"""What readers write can do nothing but be read."""

import time

import pytest

from api.pages.markdown import rendered
from domain.text import PROSE_MAX

HARMLESS = [
    ("plain", "<p>plain</p>\n"),
    ("**b** *i* `c`", "<p><strong>b</strong> <em>i</em> <code>c</code></p>\n"),
    ("[a](https://example.org)", '<p><a href="https://example.org" rel="noopener nofollow">a</a></p>\n'),
    ("[a](/lessons/1)", '<p><a href="/lessons/1" rel="noopener nofollow">a</a></p>\n'),
    ("![a](/assets/a.png)", '<p><img src="/assets/a.png" alt="a"></p>\n'),
    ("# a", "<h2>a</h2>\n"),
    ("### a\n\n##### b\n\n# c", "<h2>a</h2>\n<h3>b</h3>\n<h2>c</h2>\n"),
]
ATTACKS = [
    ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
    ("<img src=x onerror=alert(1)>", "<p>&lt;img src=x onerror=alert(1)&gt;</p>\n"),
    ("<svg/onload=alert(1)>", "<p>&lt;svg/onload=alert(1)&gt;</p>\n"),
    ("<iframe src=//evil.example>", "<p>&lt;iframe src=//evil.example&gt;</p>\n"),
    ("[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>\n"),
    ("[a](JaVaScRiPt:alert(1))", "<p>[a](JaVaScRiPt:alert(1))</p>\n"),
    ("[a](&#106;avascript:alert(1))", "<p>[a](javascript:alert(1))</p>\n"),
    ("[a](&#x6A;avascript&colon;alert(1))", "<p>[a](javascript:alert(1))</p>\n"),
    ("[a](vbscript:x)", "<p>[a](vbscript:x)</p>\n"),
    ("[a](data:text/html;base64,PHNjcmlwdD4=)", "<p>[a](data:text/html;base64,PHNjcmlwdD4=)</p>\n"),
    ("[a](file:///etc/passwd)", "<p>[a](file:///etc/passwd)</p>\n"),
    ("[a](ftp://example.org)", '<p><a rel="noopener nofollow">a</a></p>\n'),
    ("<javascript:alert(1)>", "<p>&lt;javascript:alert(1)&gt;</p>\n"),
    ("[a][b]\n\n[b]: javascript:alert(1)", "<p>[a][b]</p>\n<p>[b]: javascript:alert(1)</p>\n"),
    ("![a](https://evil.example/a.png)", "<p>a</p>\n"),
    ("![a](//evil.example/a.png)", "<p>a</p>\n"),
    ("![a](/\\evil.example/a.png)", '<p><img src="/%5Cevil.example/a.png" alt="a"></p>\n'),
    ("![a](data:image/png;base64,AAAA)", "<p>a</p>\n"),
    ("![<script>](https://evil.example)", "<p>&lt;script&gt;</p>\n"),
    ('![a" onerror="x](/a.png)', '<p><img src="/a.png" alt="a&quot; onerror=&quot;x"></p>\n'),
    ('[a](https://e.example "t\\" onmouseover=\\"x")',
     '<p><a href="https://e.example" title="t&quot; onmouseover=&quot;x" rel="noopener nofollow">a</a></p>\n'),
    ('[a](https://e.example/"onclick="x)',
     '<p><a href="https://e.example/%22onclick=%22x" rel="noopener nofollow">a</a></p>\n'),
    ('```html" onload="x\n<b>\n```', '<pre><code>&lt;b&gt;\n</code></pre>\n'),
    ("<a href=x style=position:fixed>", "<p>&lt;a href=x style=position:fixed&gt;</p>\n"),
    ("<!--><script>-->", "<p>&lt;!--&gt;&lt;script&gt;--&gt;</p>\n"),
    ("<math><mtext></table></math>", "<p>&lt;math&gt;&lt;mtext&gt;&lt;/table&gt;&lt;/math&gt;</p>\n"),
    ("|a|\n|-|\n|<style>@import'x'</style>|",
     "<table>\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>&lt;style&gt;@import'x'&lt;/style&gt;</td>\n</tr>\n"
     "</tbody>\n</table>\n"),
]  # fmt: skip
SLOW = ("[", "![", "*a ", "**", "_a*", "`", "<", "> ", "- ", "|", "&", "\\", "[a](", "[a]: ", "<a ", "~~", "#", "1. ")


@pytest.mark.parametrize(("text", "html"), [*HARMLESS, *ATTACKS])
def test_only_what_can_be_read(text: str, html: str):
    assert str(rendered(text)) == html


@pytest.mark.parametrize("piece", SLOW)
def test_the_longest_text_renders_in_time(piece: str):
    text = (piece * PROSE_MAX)[:PROSE_MAX]
    start = time.perf_counter()
    rendered(text)
    assert time.perf_counter() - start < 5
