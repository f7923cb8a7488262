"""Which sign is which? The tables: commands, characters, words, environments.

Everything here is data. A command or a character stands for a `Sign`: the kind of token it makes
and the canonical text that `trees.notation` documents, so that `\\beta`, `β` and the word "beta"
are one.
"""

from __future__ import annotations

from typing import NamedTuple

from eq2code.errors import NAMED
from eq2code.parse.tokens import (
    AMP,
    AND,
    BANG,
    BAR,
    CLOSE,
    COLON,
    ELLIPSIS,
    LETTER,
    MARK,
    NOT,
    OP,
    OPEN,
    OR,
    PRIME,
    REL,
    ROOTSIGN,
    SEP,
    SIGN,
    SUB,
    SUP,
    WORD,
    listed,
)


class Sign(NamedTuple):
    """The token that a command or character makes; `style` only for letters and words."""

    kind: str
    text: str
    style: str = ""


GREEK = listed(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho"
    " sigma tau upsilon phi chi psi omega varepsilon vartheta varpi varrho varsigma varphi"
    " varkappa digamma Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
)
"""Names of Greek letters that LaTeX has."""

GREEK_CAPITALS = listed("Alpha Beta Epsilon Zeta Eta Iota Kappa Mu Nu Omicron Rho Tau Chi")
"""Greek capitals that look Latin: LaTeX has no command for them, Unicode has a character."""

GREEK_NAMES = frozenset(GREEK + GREEK_CAPITALS)

LETTER_COMMANDS = {
    **{name: name for name in GREEK},
    **{"var" + name: name for name in listed(
        "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
    )},
    "ell": "ell", "hbar": "hbar", "imath": "i", "jmath": "j", "nabla": "nabla",
    "partial": "partial",
    "infty": "infty", "emptyset": "emptyset", "varnothing": "emptyset", "aleph": "aleph",
    "wp": "wp",
    "Re": "Re", "Im": "Im", "eth": "eth",
}  # fmt: skip

OPERATOR_WORDS = listed(
    "exp log ln lg lim sin cos tan cot sec csc sinh cosh tanh coth arcsin arccos arctan arg det"
    " dim gcd hom ker deg max min sup inf Pr argmax argmin sech csch sgn tr rank diag arccot"
    " arcsec arccsc trace sign erf softmax relu span adjugate"
)
"""Function names that LaTeX, or the packages in common use, has as commands; upright like
`\\operatorname`.
"""

BIG_OPERATORS = {
    "sum": "sum", "prod": "prod", "coprod": "coprod", "bigcup": "bigcup", "bigcap": "bigcap",
    "bigoplus": "bigoplus", "bigotimes": "bigotimes", "bigodot": "bigodot", "bigwedge": "bigwedge",
    "bigvee": "bigvee", "bigsqcup": "bigsqcup", "biguplus": "biguplus",
}  # fmt: skip

RELATION_COMMANDS = {
    "leftarrow": "<-", "gets": "<-", "longleftarrow": "<-", "Leftarrow": "<-",
    "Longleftarrow": "<-",
    "equiv": "≡", "triangleq": "≜", "doteq": "≜", "coloneqq": ":=", "coloneq": ":=",
    "colonequals": ":=", "eqdef": "≜", "defeq": "≜", "doteqdot": "≜", "mapsto": "↦",
    "longmapsto": "↦", "ne": "≠", "neq": "≠", "le": "≤", "leq": "≤", "leqslant": "≤", "leqq": "≤",
    "ge": "≥", "geq": "≥", "geqslant": "≥", "geqq": "≥", "lt": "<", "gt": ">", "in": "∈", "ni": "∋",
    "notin": "∉", "sim": "∼", "thicksim": "∼", "approx": "≈", "thickapprox": "≈", "approxeq": "≈",
    "simeq": "≈", "cong": "≈", "propto": "∝", "varpropto": "∝", "to": "→", "rightarrow": "→",
    "longrightarrow": "→", "Rightarrow": "⇒", "Longrightarrow": "⇒", "implies": "⇒",
    "Leftrightarrow": "⇔", "iff": "⇔", "Longleftrightarrow": "⇔", "leftrightarrow": "↔",
    "subset": "⊂", "subseteq": "⊆", "subsetneq": "⊂", "supset": "⊃", "supseteq": "⊇",
    "ll": "≪", "gg": "≫", "prec": "≺", "succ": "≻", "preceq": "⪯", "succeq": "⪰",
    "preccurlyeq": "⪯",
    "succcurlyeq": "⪰", "perp": "⊥", "bot": "⊥", "models": "⊨", "vdash": "⊢", "asymp": "≍",
    "eqsim": "≈", "lesssim": "≲", "gtrsim": "≳", "nleq": "≰", "ngeq": "≱", "hookrightarrow": "→",
    "leadsto": "→", "rightsquigarrow": "→",
}  # fmt: skip

PRODUCT_COMMANDS = {
    "cdot": "·", "centerdot": "·", "bullet": "·", "cdotp": "·", "times": "×",
    "odot": "⊙",
    "circ": "∘", "otimes": "⊗", "oplus": "⊕", "div": "/", "star": "⋆", "bmod": "mod", "cup": "∪",
    "mod": "mod",
    "cap": "∩", "setminus": "∖", "smallsetminus": "∖", "backslash": "∖", "boxtimes": "⊗",
    "slash": "/", "hadamard": "⊙", "circledast": "⊛", "ominus": "⊖", "oslash": "⊘",
    "bigstar": "⋆", "diamond": "⋄", "ltimes": "⋉", "rtimes": "⋊",
}  # fmt: skip

COMMANDS: dict[str, Sign] = {
    **{name: Sign(LETTER, text) for name, text in LETTER_COMMANDS.items()},
    **{name: Sign(WORD, name, "op") for name in OPERATOR_WORDS},
    **{name: Sign(WORD, text, "big") for name, text in BIG_OPERATORS.items()},
    **{name: Sign(REL, text) for name, text in RELATION_COMMANDS.items()},
    **{name: Sign(OP, text) for name, text in PRODUCT_COMMANDS.items()},
    "Tr": Sign(WORD, "Tr", "op"),
    "pm": Sign(SIGN, "±"),
    "land": Sign(AND, "and"), "wedge": Sign(AND, "and"), "lor": Sign(OR, "or"),
    "vee": Sign(OR, "or"),
    "lnot": Sign(NOT, "not"), "neg": Sign(NOT, "not"),
    "dots": Sign(ELLIPSIS, ""), "ldots": Sign(ELLIPSIS, ""), "cdots": Sign(ELLIPSIS, ""),
    "vdots": Sign(ELLIPSIS, ""), "ddots": Sign(ELLIPSIS, ""), "dotsc": Sign(ELLIPSIS, ""),
    "dotsb": Sign(ELLIPSIS, ""), "dotsm": Sign(ELLIPSIS, ""), "dotso": Sign(ELLIPSIS, ""),
    "hdots": Sign(ELLIPSIS, ""), "iddots": Sign(ELLIPSIS, ""),
    "top": Sign(MARK, "top"), "intercal": Sign(MARK, "top"), "dagger": Sign(MARK, "dagger"),
    "dag": Sign(MARK, "dagger"), "ddagger": Sign(MARK, "dagger"), "transpose": Sign(MARK, "top"),
    "prime": Sign(PRIME, "'"), "colon": Sign(COLON, ":"),
    "mid": Sign(SEP, "|"), "parallel": Sign(BAR, "‖"),
    "vert": Sign(BAR, "|"), "Vert": Sign(BAR, "‖"),
    "lvert": Sign(OPEN, "|"), "rvert": Sign(CLOSE, "|"), "lVert": Sign(OPEN, "‖"),
    "rVert": Sign(CLOSE, "‖"), "langle": Sign(OPEN, "⟨"), "rangle": Sign(CLOSE, "⟩"),
    "lfloor": Sign(OPEN, "⌊"), "rfloor": Sign(CLOSE, "⌋"), "lceil": Sign(OPEN, "⌈"),
    "rceil": Sign(CLOSE, "⌉"), "lbrace": Sign(OPEN, "{"), "rbrace": Sign(CLOSE, "}"),
    "lbrack": Sign(OPEN, "["), "rbrack": Sign(CLOSE, "]"), "lparen": Sign(OPEN, "("),
    "rparen": Sign(CLOSE, ")"), "llbracket": Sign(OPEN, "⟦"), "rrbracket": Sign(CLOSE, "⟧"),
    "semicolon": Sign(SEP, ";"), "comma": Sign(SEP, ","),
}  # fmt: skip
"""Commands that are one sign."""

ESCAPES: dict[str, Sign] = {
    "{": Sign(OPEN, "{"),
    "}": Sign(CLOSE, "}"),
    "|": Sign(BAR, "‖"),
    "&": Sign(AND, "and"),
}
"""A backslash and one character, where that is a sign."""

CHARACTERS: dict[str, Sign] = {
    **{text: Sign(REL, text) for text in RELATION_COMMANDS.values() if not text.isascii()},
    **{text: Sign(OP, text) for text in PRODUCT_COMMANDS.values() if not text.isascii()},
    "+": Sign(SIGN, "+"), "-": Sign(SIGN, "-"), "−": Sign(SIGN, "-"), "–": Sign(SIGN, "-"),
    "‐": Sign(SIGN, "-"), "‑": Sign(SIGN, "-"), "－": Sign(SIGN, "-"), "＋": Sign(SIGN, "+"),
    "＝": Sign(REL, "="), "＜": Sign(REL, "<"), "＞": Sign(REL, ">"), "＊": Sign(OP, "*"),
    "／": Sign(OP, "/"), "；": Sign(SEP, ";"), "（": Sign(OPEN, "("), "）": Sign(CLOSE, ")"),
    "±": Sign(SIGN, "±"), "﹣": Sign(SIGN, "-"), "\u2064": Sign(SIGN, "+"),
    "=": Sign(REL, "="), "<": Sign(REL, "<"), ">": Sign(REL, ">"), "≤": Sign(REL, "≤"),
    "⩽": Sign(REL, "≤"), "≥": Sign(REL, "≥"), "⩾": Sign(REL, "≥"), "≦": Sign(REL, "≤"),
    "≧": Sign(REL, "≥"), "≠": Sign(REL, "≠"), "∈": Sign(REL, "∈"), "∉": Sign(REL, "∉"),
    "∋": Sign(REL, "∋"), "∼": Sign(REL, "∼"), "≈": Sign(REL, "≈"), "≃": Sign(REL, "≈"),
    "≅": Sign(REL, "≈"), "∝": Sign(REL, "∝"), "→": Sign(REL, "→"), "⟶": Sign(REL, "→"),
    "←": Sign(REL, "<-"), "⟵": Sign(REL, "<-"), "⇐": Sign(REL, "<-"), "↦": Sign(REL, "↦"),
    "≡": Sign(REL, "≡"), "≜": Sign(REL, "≜"), "≝": Sign(REL, "≜"), "≐": Sign(REL, "≜"),
    "≔": Sign(REL, ":="), "⇒": Sign(REL, "⇒"), "⇔": Sign(REL, "⇔"), "⊂": Sign(REL, "⊂"),
    "⊆": Sign(REL, "⊆"), "⊃": Sign(REL, "⊃"), "⊇": Sign(REL, "⊇"), "≪": Sign(REL, "≪"),
    "≫": Sign(REL, "≫"), "≺": Sign(REL, "≺"), "≻": Sign(REL, "≻"), "⪰": Sign(REL, "⪰"),
    "⪯": Sign(REL, "⪯"), "⊥": Sign(REL, "⊥"),
    "*": Sign(OP, "*"), "∗": Sign(OP, "*"), "·": Sign(OP, "·"), "⋅": Sign(OP, "·"),
    "∙": Sign(OP, "·"), "•": Sign(OP, "·"), "×": Sign(OP, "×"), "⊙": Sign(OP, "⊙"),
    "∘": Sign(OP, "∘"), "○": Sign(OP, "∘"), "⊗": Sign(OP, "⊗"), "⊕": Sign(OP, "⊕"),
    "@": Sign(OP, "@"), "/": Sign(OP, "/"), "∕": Sign(OP, "/"), "⁄": Sign(OP, "/"),
    "÷": Sign(OP, "/"), "⋆": Sign(OP, "⋆"), "★": Sign(OP, "⋆"), "∪": Sign(OP, "∪"),
    "∩": Sign(OP, "∩"), "∖": Sign(OP, "∖"), "⊛": Sign(OP, "⊛"), "⊖": Sign(OP, "⊖"),
    ",": Sign(SEP, ","), ";": Sign(SEP, ";"), "，": Sign(SEP, ","), "\u2063": Sign(SEP, ","),
    "∣": Sign(SEP, "|"), ":": Sign(COLON, ":"),
    "(": Sign(OPEN, "("), ")": Sign(CLOSE, ")"), "[": Sign(OPEN, "["), "]": Sign(CLOSE, "]"),
    "⟨": Sign(OPEN, "⟨"), "⟩": Sign(CLOSE, "⟩"), "〈": Sign(OPEN, "⟨"), "〉": Sign(CLOSE, "⟩"),
    "⟦": Sign(OPEN, "⟦"), "⟧": Sign(CLOSE, "⟧"),
    "⌊": Sign(OPEN, "⌊"), "⌋": Sign(CLOSE, "⌋"), "⌈": Sign(OPEN, "⌈"), "⌉": Sign(CLOSE, "⌉"),
    "|": Sign(BAR, "|"), "‖": Sign(BAR, "‖"), "∥": Sign(BAR, "‖"), "ǁ": Sign(BAR, "‖"),
    "_": Sign(SUB, "_"), "^": Sign(SUP, "^"), "'": Sign(PRIME, "'"), "′": Sign(PRIME, "'"),
    "’": Sign(PRIME, "'"), "″": Sign(PRIME, "''"), "‴": Sign(PRIME, "'''"), "!": Sign(BANG, "!"),
    "&": Sign(AMP, "&"),
    "∧": Sign(AND, "and"), "∨": Sign(OR, "or"), "¬": Sign(NOT, "not"), "√": Sign(ROOTSIGN, "√"),
    "∑": Sign(WORD, "sum", "big"), "∏": Sign(WORD, "prod", "big"), "⋃": Sign(WORD, "bigcup", "big"),
    "⋂": Sign(WORD, "bigcap", "big"), "∐": Sign(WORD, "coprod", "big"),
    "⨁": Sign(WORD, "bigoplus", "big"), "⨂": Sign(WORD, "bigotimes", "big"),
    "⨀": Sign(WORD, "bigodot", "big"), "⋀": Sign(WORD, "bigwedge", "big"),
    "⋁": Sign(WORD, "bigvee", "big"), "⨆": Sign(WORD, "bigsqcup", "big"),
    "⨄": Sign(WORD, "biguplus", "big"),
    "…": Sign(ELLIPSIS, ""), "⋯": Sign(ELLIPSIS, ""), "⋮": Sign(ELLIPSIS, ""),
    "⋱": Sign(ELLIPSIS, ""),
    "†": Sign(MARK, "dagger"), "⊤": Sign(MARK, "top"),
    "∇": Sign(LETTER, "nabla"), "∂": Sign(LETTER, "partial"), "∞": Sign(LETTER, "infty"),
    "∅": Sign(LETTER, "emptyset"), "ℓ": Sign(LETTER, "ell"), "ħ": Sign(LETTER, "hbar"),
    "ℏ": Sign(LETTER, "hbar"), "µ": Sign(LETTER, "mu"), "\u2126": Sign(LETTER, "Omega"),
    "∆": Sign(LETTER, "Delta"), "\u212a": Sign(LETTER, "K"), "ı": Sign(LETTER, "i"),
    "ȷ": Sign(LETTER, "j"),
    "𝟙": Sign(LETTER, "1", "bb"), "𝟘": Sign(LETTER, "0", "bb"),
}  # fmt: skip
"""Characters that are one sign; letters and scripts of Unicode are in `characters.py`."""

ASCII_PAIRS: dict[str, Sign] = {
    ":=": Sign(REL, ":="), "<-": Sign(REL, "<-"), "<=": Sign(REL, "≤"), ">=": Sign(REL, "≥"),
    "!=": Sign(REL, "≠"), "==": Sign(REL, "="), "->": Sign(REL, "→"), "=>": Sign(REL, "⇒"),
    "**": Sign(SUP, "^"), "||": Sign(BAR, "‖"), "&&": Sign(AND, "and"),
}  # fmt: skip
"""Two characters that plain text writes for one sign."""

STYLES: dict[str, str] = {
    "mathbf": "bf", "boldsymbol": "bf", "bm": "bf", "pmb": "bf", "mathbfit": "bf", "symbf": "bf",
    "bold": "bf", "vb": "bf", "vectorbold": "bf", "mathbb": "bb", "mathbbm": "bb", "mathds": "bb",
    "Bbb": "bb", "mathcal": "cal", "mathscr": "cal", "mathfrak": "frak", "mathrm": "rm",
    "mathsf": "sf", "mathit": "it", "mathtt": "tt", "operatorname": "op", "mathnormal": "",
    "mathop": "", "mathrel": "", "mathbin": "", "mathord": "", "mathopen": "", "mathclose": "",
    "mathinner": "", "mathpunct": "", "ensuremath": "", "vec": "vec", "overrightarrow": "vec",
    "mathsfit": "sf", "bf": "bf",
}  # fmt: skip
"""Commands that set their argument in a style."""

TEXT_STYLES: dict[str, str] = {
    "text": "rm", "textrm": "rm", "textnormal": "rm", "textup": "rm", "mbox": "rm", "hbox": "rm",
    "textit": "it", "textsl": "it", "emph": "it", "textsf": "sf", "texttt": "tt", "textsc": "sc",
    "textbf": "bf", "intertext": "rm", "shortintertext": "rm", "textmd": "rm", "fbox": "rm",
}  # fmt: skip
"""Commands whose argument is prose, or a name."""

SWITCHES: dict[str, str] = {
    "rm": "rm", "bf": "bf", "it": "it", "sf": "sf", "tt": "tt", "sc": "sc", "cal": "cal", "mit": "",
    "rmfamily": "rm", "bfseries": "bf", "itshape": "it", "sffamily": "sf", "scshape": "sc",
    "boldmath": "bf", "frak": "frak",
}  # fmt: skip
"""Old commands that set the rest of their group in a style."""

WORD_STYLES = frozenset({"rm", "op", "it", "sf", "sc", "tt"})
"""Styles in which letters side by side are one word."""

ACCENTS: dict[str, str] = {
    "hat": "hat", "widehat": "hat", "tilde": "tilde", "widetilde": "tilde", "bar": "bar",
    "overline": "bar", "dot": "dot", "ddot": "ddot", "check": "check", "widecheck": "check",
    "breve": "breve", "overbar": "bar", "mathring": "ring",
    "overleftarrow": "left",
}  # fmt: skip

FRACTIONS = frozenset({"frac", "dfrac", "tfrac", "cfrac", "nicefrac", "sfrac", "xfrac"})
BINOMIALS = frozenset({"binom", "dbinom", "tbinom"})
ROOTS = frozenset({"sqrt"})
STACKS: dict[str, str] = {"underset": "BELOW", "overset": "ABOVE", "stackrel": "ABOVE"}

SPACES = frozenset(
    listed(
        "quad qquad , ; : ! > / thinspace medspace thickspace negthinspace negmedspace"
        " negthickspace enspace enskip nobreakspace space"
    )
)
WIDE = frozenset({"quad", "qquad"})
NARROW = frozenset({" ", "~", ";", ":", ">", "enspace", "space", "thickspace", "medspace"})
"""Spaces of which two in a row are a wide one."""

IGNORED = frozenset(
    listed(
        "displaystyle textstyle scriptstyle scriptscriptstyle limits nolimits displaylimits"
        " nonumber notag allowbreak nobreak break mathstrut strut null relax centering noindent"
        " par hline hfill vfill smallskip medskip bigskip protect left. normalfont upshape"
        " mathversion normalsize small large Large footnotesize scriptsize tiny huge unboldmath"
        " nolinebreak linebreak newline- toprule midrule bottomrule quad- qed qedhere leavevmode"
        " xspace maketitle leavevmode frenchspacing"
    )
)
"""Commands that print nothing which matters here."""

IGNORED_ARGUMENTS: dict[str, int] = {
    "label": 1, "tag": 1, "hspace": 1, "vspace": 1, "mspace": 1, "color": 1, "textcolor": 1,
    "colorbox": 1, "phantom": 1, "hphantom": 1, "vphantom": 1, "rule": 2, "cline": 1, "footnote": 1,
    "vskip-": 0, "eqno": 1, "cellcolor": 1, "index": 1, "setlength": 2, "usepackage": 1,
    "documentclass": 1, "footnotemark": 0, "hypertarget": 1, "raisebox": 1, "numberwithin": 2,
    "newtheorem": 2, "pagestyle": 1, "addtolength": 2, "thinmuskip-": 0, "arraystretch": 0,
}  # fmt: skip
"""Commands dropped with so many arguments; what follows those stays (`\\textcolor{red}{x}` is
x).
"""

KERNS = frozenset({"mkern", "kern", "hskip", "mskip", "vskip"})
"""Commands that are followed by a bare length."""

TRANSPARENT = frozenset(
    {"boxed", "smash", "mathstrut", "llap", "rlap", "mathclap", "mathllap", "mathrlap", "substack",
     "underline-", "displaylines", "text-", "hbox-", "vcenter", "raise-", "clap"}
)  # fmt: skip
"""Commands whose argument stands for itself."""

BRACES = {"underbrace": "_", "overbrace": "^", "underbracket": "_", "overbracket": "^"}
"""Commands whose argument stands for itself, and whose label follows as a script."""

SIZES = frozenset(["big", "Big", "bigg", "Bigg"])
OPEN_SIZES = frozenset(["bigl", "Bigl", "biggl", "Biggl"])
CLOSE_SIZES = frozenset(["bigr", "Bigr", "biggr", "Biggr"])
MIDDLE_SIZES = frozenset(["bigm", "Bigm", "biggm", "Biggm", "middle"])

UNSUPPORTED: dict[str, str] = {
    "int": "integral", "iint": "double integral", "iiint": "triple integral",
    "oint": "contour integral",
    "iiiint": "integral", "idotsint": "integral", "oiint": "surface integral",
    "limsup": "upper limit", "liminf": "lower limit", "varlimsup": "upper limit",
    "varliminf": "lower limit", "varinjlim": "limit", "varprojlim": "limit",
    "mp": "minus or plus", "cancel": "cancellation mark", "bcancel": "cancellation mark",
    "xcancel": "cancellation mark", "sout": "cancellation mark", "underline": "underline",
    "xrightarrow": "labelled arrow", "xleftarrow": "labelled arrow", "exists": "quantifier",
    "nexists": "quantifier", "angle": "angle", "therefore": "proof sign", "because": "proof sign",
    "pod": "congruence", "pmod": "congruence", "overleftrightarrow": "arrow above",
    "acute": "acute accent", "grave": "grave accent",
    "dddot": "third time derivative", "input": "file input", "include": "file input",
    "includegraphics": "picture", "write": "file access", "openin": "file access",
    "openout": "file access", "read": "file access", "immediate": "file access",
    "catcode": "change of TeX's alphabet", "csname": "computed command name",
    "expandafter": "order of expansion", "edef": "expanded definition",
    "xdef": "expanded definition",
    "gdef": "global definition", "loop": "TeX loop", "if": "TeX conditional",
    "ifx": "TeX conditional",
    "else": "TeX conditional", "fi": "TeX conditional", "href": "link", "url": "link",
    "htmlData": "HTML attribute", "verb": "verbatim text", "sideset": "scripts on the left",
    "prescript": "scripts on the left", "tikz": "drawing", "genfrac": "general fraction",
    "atop": "stack without a line", "brace": "stack in braces", "brack": "stack in brackets",
    "special": "driver command", "usebox": "box", "newif": "TeX conditional",
    "sqcup": "disjoint union",
    "uplus": "multiset union", "amalg": "disjoint union", "wr": "wreath product", "Join": "join",
    "Box": "wave operator, or an empty box", "square": "wave operator, or an empty box",
    "triangle": "triangle",
}  # fmt: skip
"""Commands that are understood by name, and not translated."""

UNSUPPORTED_CHARACTERS: dict[str, str] = {
    "∫": "int", "∬": "iint", "∭": "iiint", "⨌": "iiiint", "∮": "oint", "∯": "oiint",
    "∓": "mp", "∃": "exists", "∄": "nexists", "∠": "angle", "∴": "therefore", "∵": "because",
    "⊔": "sqcup", "⊎": "uplus", "⨿": "amalg", "≀": "wr", "⋈": "Join", "□": "Box", "△": "triangle",
}  # fmt: skip
"""Characters that stand for one of these commands."""

UNSUPPORTED_WORDS = frozenset(
    name for name, kind in UNSUPPORTED.items() if kind.endswith(("integral", "limit"))
)
"""The names among them that plain text gives an operator."""

INSTEAD: tuple[tuple[tuple[str, ...], str], ...] = (
    (("empty box", "triangle"), "write what it stands for: the terms of the operator, or Δ"),
    (("integral",), r"write the sum that stands for it: \sum_i f(x_i) w_i"),
    (("limit",), "write the value that it has"),
    (("cancellation mark",), "leave out what is cancelled"),
    (("file input", "file access"), "paste what the file holds: no file is read"),
    (
        ("alphabet", "command name", "expansion", "definition", "loop", "conditional", "command"),
        "write out what TeX would make of it",
    ),
    (
        ("underline", "proof sign", "picture", "link", "attribute", "text", "drawing", "box"),
        "leave it out: it computes nothing",
    ),
    (("accent", "arrow above", "derivative"), "give the symbol a name of its own, or a prime"),
    (("",), NAMED),
)
"""What to write instead, by how a kind of these commands ends."""

DISPLAYS = frozenset(
    listed(
        "equation align gather multline eqnarray displaymath math flalign alignat subequations"
        " dmath dgroup xalignat"
    )
)
"""Environments that are mathematics set apart; a star may follow."""

ALIGNED = frozenset(["aligned", "split", "gathered", "alignedat", "multlined"])
"""Environments whose rows are lines of the statement around them."""

ARRAYS = frozenset({"array", "tabular", "subarray"})
CASES = frozenset({"cases", "dcases", "rcases", "drcases"})

MATRICES: dict[str, tuple[str, str]] = {
    "matrix": ("", ""), "pmatrix": ("(", ")"), "bmatrix": ("[", "]"), "Bmatrix": ("{", "}"),
    "vmatrix": ("|", "|"), "Vmatrix": ("‖", "‖"), "smallmatrix": ("", ""),
    "psmallmatrix": ("(", ")"), "bsmallmatrix": ("[", "]"), "vsmallmatrix": ("|", "|"),
}  # fmt: skip
"""Environments of rows and columns, with the brackets they bring."""

WITH_COLUMNS = frozenset({"array", "tabular", "alignat", "alignedat", "subarray", "xalignat"})
"""Environments with an argument that describes their columns."""

OUTER = frozenset(
    listed("document itemize enumerate center theorem proof figure table small abstract")
)
"""Environments of a document that may stand round the mathematics."""

KEYWORDS: dict[str, str] = {
    "where": "where", "with": "with", "and": "and", "for": "for", "if": "if", "when": "if",
    "whenever": "if", "while": "if", "otherwise": "otherwise", "else": "otherwise", "or": "or",
    "let": "let", "given": "with", "for all": "for", "for each": "for", "for every": "for",
    "for any": "for", "such that": "with", "subject to": "with", "s.t.": "with", "st": "with",
    "in which": "where", "using": "with", "define": "let", "setting": "with", "denote": "let",
    "i.e.": "where", "here": "where", "elsewhere": "otherwise", "else if": "if", "elif": "if",
    "provided": "if", "unless": "unless", "and where": "where", "then": "with", "in case": "if",
    "over": "for", "everywhere else": "otherwise", "if and only if": "if",
    "in other cases": "otherwise",
    "all": "for", "not": "not",
}  # fmt: skip
"""Words that join statements, and what they come to."""

BARE_KEYWORDS = frozenset(
    {"where", "with", "and", "for", "if", "when", "whenever", "otherwise", "else", "elsewhere",
     "or", "let", "given"}
)  # fmt: skip
"""The words among them that plain text may write between statements."""

CONDITIONS = frozenset({"if", "for", "with", "where", "when"})
"""What a word that opens a condition comes to."""

DEFINING = frozenset({"=", ":=", "<-", "≡", "≜", "↦"})
"""Relations that define what stands on their left."""

PARTNERS: dict[str, str] = {
    "(": ")]", "[": "])", "{": "}", "|": "|", "‖": "‖", "⟨": "⟩", "⌊": "⌋⌉", "⌈": "⌉⌋", "⟦": "⟧",
}  # fmt: skip
"""What may close each bracket: intervals are half open, rounding is ⌊x⌉."""
