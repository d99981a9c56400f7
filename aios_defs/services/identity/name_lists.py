"""Owns words that say little about who somebody is: titles, legal forms, short forms of names.

Short forms are light on purpose: common ones of a few languages, never enough to be sure.
"""

_TITLES = (
    "dr prof mr mrs ms miss herr frau sr sra srta dra senor senora don dona mme mlle ing dipl mag"
    " jr phd mba"
)
_LEGAL_FORMS = (
    "gmbh ag kg ohg gbr ug ev se co inc llc ltd limited corp corporation company plc sa sl slu"
    " sarl sas srl spa bv nv oy ab aps lda ltda eirl cie mbh haftungsbeschraenkt"
)
_SHORT_FORMS = (
    "robert bob rob bobby;william will bill billy;richard rick dick;elizabeth liz beth lisa betty;"
    "katherine kate katie kathy cathy catherine katharina;michael mike mick michel miguel;"
    "thomas tom tommy;james jim jimmy;joseph joe josef jose pepe;francisco paco franz francis;"
    "alexander alex sascha alejandro;christopher chris christoph cristobal;steven steve stephen"
    " stefan stephan;daniel dan danny;david dave;andrew andy andreas andres;anthony tony antonio"
    " anton;edward ed eddie ted;samuel sam;benjamin ben;matthew matt matthias mateo;nicholas nick"
    " nicolas niko nikolaus;peter pete pedro pierre;john johnny jon johannes hans juan jean;"
    "johanna hanna hannah joana;margaret maggie meg margarete greta margarita;susan sue susanne"
    " susana;jennifer jenny jen;isabel isabella isa elisabeth;maria mary marie;ignacio nacho;"
    "guadalupe lupe;dolores lola;enrique quique henry heinrich harry heinz;manuel manolo manu;"
    "friedrich fritz fred frederick;wolfgang wolf;ulrich uli;ursula uschi;gabriele gabi gabriela"
)
TITLES = frozenset(_TITLES.split())
LEGAL_FORMS = frozenset(_LEGAL_FORMS.split())
_GROUPS = [group.split() for group in _SHORT_FORMS.split(";")]
LONG_FORM = {word: group[0] for group in _GROUPS for word in group}
"""What a short form, or the form of another language, stands for."""
