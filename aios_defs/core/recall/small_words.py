"""Owns the small words of some languages: they tell a text's language, and weigh little in it."""

SMALL_WORDS: dict[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "en": "a an the is was are were be been being am do does did done have has had having of to"
        " in on at for with from by about into over after before as and or but if not no so than"
        " then that this these those it its it's he she they them his her their him i you your my"
        " me we our us what which who whom whose when where why how much many will would could can"
        " should may might there here any some during while i'm don't",
        "de": "der die das des dem den ein eine einer eines einem einen ist war sind waren bin hat"
        " habe haben wird werden ich du er sie es wir ihr und oder aber nicht kein zu zum zur mit"
        " auf für von vom bei nach aus im in an am um als wie was wer wann wo warum welche welcher"
        " dass wenn auch noch nur so mein unser mich uns ihnen sich durch über",
        "fr": "le la les l' un une des du de d' et ou mais est était sont suis a ai ont être avoir"
        " je tu il elle nous vous ils on ne pas que qui quoi quand où pourquoi comment quel quelle"
        " à au aux en dans sur sous avec pour par ce cet cette ces mon ma mes son sa ses notre"
        " votre se si plus c'est j'ai",
        "es": "el la los las un una unos unas de del al y o pero es era son soy ha he han ser estar"
        " yo tú él ella nosotros ellos no que qué quién cuándo cuando dónde por para con sin en a"
        " sobre se su sus mi mis nuestro lo le les como cómo cuál más este esta esto fue si",
        "it": "il lo la i gli le un uno una di del della dei al alla da dal in nel nella su sul con"
        " per e o ma è era sono ho ha hanno essere io tu lui lei noi loro non che chi cosa quando"
        " dove perché come quale si mi ci questo questa suo sua mio anche più",
        "pt": "o a os as um uma de do da dos das ao em no na nos nas por para com sem e ou mas é"
        " era são sou foi tem ter ser eu ele ela nós eles não que quem quando onde porque como qual"
        " se meu minha seu sua este esta isso mais também",
        "nl": "de het een en of maar is was zijn ben heb heeft hebben worden ik jij hij zij wij we"
        " ze je niet geen dat die dit deze wat wie wanneer waar waarom hoe welke te naar van voor"
        " met op in aan bij uit om als ook nog maar mijn zijn haar ons er",
        "sv": "en ett den det de och eller men är var vara har hade jag du han hon vi ni inte ingen"
        " att som vad vem när var varför hur vilken till från för med på i av om vid efter sig min"
        " din sin vår också så",
        "da": "en et den det de og eller men er var være har havde jeg du han hun vi ikke ingen at"
        " som hvad hvem hvornår hvor hvorfor hvordan hvilken til fra for med på i af om ved efter"
        " sig min din sin vores også så",
    }.items()
}
EVERY_SMALL_WORD = frozenset[str]().union(*SMALL_WORDS.values())
