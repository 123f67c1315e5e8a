"""What readers write can do nothing but be read."""

import re
from html import unescape
from importlib import import_module
from inspect import iscoroutinefunction
from pkgutil import iter_modules

import pytest
from fastapi.routing import APIRoute

import api.pages
from api.pages.markdown import KEPT, _place, rendered  # pyright: ignore[reportPrivateUsage]
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
PLAIN = [
    ("> " * 30 + "deep", "<p>" + "&gt; " * 30 + "deep</p>\n"),
    ("- " * 30 + "deep", "<p>" + "- " * 30 + "deep</p>\n"),
    ("> " * 30 + "a\nb\n\n \t\n<b>\n", "<p>" + "&gt; " * 30 + "a<br>\nb</p>\n<p>&lt;b&gt;</p>\n"),
]
"""Nested deeper than anyone reads."""


@pytest.mark.parametrize(("text", "html"), [*HARMLESS, *ATTACKS, *PLAIN])
def test_only_what_can_be_read(text: str, html: str):
    assert str(rendered(text)) == html


@pytest.mark.parametrize(
    "text", ["[" * PROSE_MAX, "\n".join(["<i>" * 50] * 90), "![a'" * 5000, '> > * & " x\n\n' * 1500]
)
def test_a_text_that_would_cost_too_much_is_shown_whole(text: str):
    html = str(rendered(f"{text}\n\n{'> ' * 30}"))
    lines = unescape(re.sub("</?p>|<br>", "", html)).splitlines()
    assert lines == [line for line in f"{text}\n{'> ' * 30}".splitlines() if line]


def test_what_is_kept_is_what_was_rendered_and_no_more_than_can_be_kept():
    _place.cache_clear()
    texts = [f"**{n}**" for n in range(KEPT + 20)]
    first, again = ([str(rendered(text)) for text in texts] for _ in range(2))
    assert first == again == [f"<p><strong>{n}</strong></p>\n" for n in range(KEPT + 20)]
    assert rendered(texts[-1]) is rendered(texts[-1])
    assert _place.cache_info().currsize == KEPT


def test_pages_are_rendered_off_the_event_loop():
    """What a `def` does runs in a thread; what an `async def` does keeps every other request waiting."""
    modules = [import_module(f"api.pages.{m.name}") for m in iter_modules(api.pages.__path__)]
    routes = [r for m in modules if "routes" in vars(m) for r in m.routes.routes if isinstance(r, APIRoute)]
    assert [r.path for r in routes if iscoroutinefunction(r.endpoint)] == []
    rendering = {"/", "/suggest", "/review", "/lessons/{id}", "/cases/{id}", "/cases/new", "/lessons/{id}/edit"}
    assert rendering - {r.path for r in routes} == set()
