"""Values that have broken other tools, and a strategy for more of their kind. All made up."""

from hypothesis import strategies as st

PEM = "-----BEGIN EXAMPLE KEY-----\n" + "\n".join(f"{n:02d}MadeUpLine/Of+Base64{n:040d}" for n in range(8))
NASTY = {
    "SINGLE_QUOTES": "it's 'quoted' '' '",
    "DOUBLE_QUOTES": 'say "hello" ""',
    "BOTH_QUOTES": "'\"'\"'",
    "SUBSTITUTION": "$(touch pwned) ${HOME} $HOME $$ $'x' ${x:-y}",
    "BACKTICKS": "`touch pwned` \\`",
    "BACKSLASHES": "\\ \\\\ \\n \\t \\x41 \\",
    "LEADING_BACKSLASH_NEWLINE": "a\\\nb",
    "CRLF": "one\r\ntwo\r\n",
    "LONE_CR": "one\rtwo\r",
    "TRAILING_NEWLINES": "x\n\n\n",
    "ONLY_NEWLINE": "\n",
    "PEM": PEM + "\n-----END EXAMPLE KEY-----\n",
    "JSON": '{"type": "example", "private_key": "a\\nb", "n": [1, 2, null]}',
    "EMOJI": "🗝️ ключ 鍵 \u202e \ufeff",
    "CONTROL": "".join(chr(code) for code in range(1, 32)) + "\x7f\x80\x9b\u2028",
    "DASH_QUIRK": "".join(chr(code) for code in range(0x80, 0x100)),
    "HISTORY": "!! !$ !x ^a^b",
    "GLOB": "* ? [a-z] ~ ~root {a,b}",
    "SPACES": "  leading and trailing \t ",
    "HASH": "#not a comment # at all",
    "EQUALS": "a=b=c",
    "SEMICOLON": "; echo pwned & | > /dev/null < x",
    "PERCENT": "%s %n %d %%",
    "HEREDOC": "x\nEOF\ny<<EOF\nEOF",
    "LARGE": "0123456789abcde\n" * 4096,
    "LARGE_QUOTES": "'" * 20_000,
}
"""One of every kind issue threads of such tools complain about, the largest at the limit of 64 KiB."""

_LOUD = st.sampled_from([*"'\"`$\\\n\r\t !#=(){}<>;&|%~*?[]", "${A}", "$(x)", "\\n", "🗝", "é", "\u2028", "a", "Z"])
_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=40)
VALUES = st.one_of(st.lists(_LOUD, min_size=1, max_size=30).map("".join), _TEXT)
"""Values of the contract: Unicode without NUL and surrogates, at least one byte."""

NAMES = st.from_regex(r"[A-Z][A-Z0-9_]{0,12}", fullmatch=True).map("V_{}".format)
ENVIRONMENTS = st.dictionaries(NAMES, VALUES, min_size=1, max_size=12)
