"""Where a sentence says what a term means, and where what it says ends."""

import pytest

from jobs.providers.local_text.model import LocalTextModel
from tests.jobs.providers.local_text.test_backs import back, cards_of


@pytest.mark.parametrize(
    ("sentence", "front", "said"),
    [
        ("Researchers design studies to maximize reliability, which refers to how likely results are to be replicated.", "reliability", "how likely results are to be replicated"),
        ("They include an independent variable (IV), which is the cause of the change, and a control.", "independent variable", "the cause of the change"),
        ("LRU evicts the page that has not been used for the longest time.", "LRU", "evicts the page that has not been used for the longest time"),
        ("“Assent” of the data subject means any freely given sign of his wishes.", "assent", "(of the data subject) any freely given sign of his wishes"),
        ("He plotted the forgetting curve, a graph that shows how memory fades.", "forgetting curve", "a graph that shows how memory fades"),
        ("The process whose number is that of its group is the process group leader for that group.", "process group leader", "The process whose number is that of its group"),
        ("An organelle is a structure in a cell and an organism is made up of cells.", "organelle", "a structure in a cell"),
    ],
)  # fmt: skip
def test_a_definition_is_found_and_ends_where_its_clause_ends(
    model: LocalTextModel, sentence: str, front: str, said: str
) -> None:
    assert back(model, sentence, front) == said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("In the example above, inflation is a variable of the first kind that grows.", "a variable of the first kind"),
        ("Many consumer advocates are fighting against what are called arbitration clauses.", "fighting against"),
        ("- Fed uses two measures of money: the narrow and the broad supply of it", "the narrow and the broad"),
        ("- key concepts explored: supply and the demand for goods", "supply and the demand"),
        ("In recent years, the price of a house rose in many towns.", "the price of a house"),
        ("In organic chemistry, the rules of naming are strict for all.", "the rules of naming"),
        ("Under the common law, consideration is needed to bind a party.", "consideration is needed"),
        ("If it joins an island to the mainland, geographers call it a tombolo.", "joins an island"),
        ("In cloud native computing, the term is used of clusters by many.", "the term is"),
        ("Psychologists use the term with care for all that people forget.", "use the term"),
        ("Waves are made by the wind that blows over the sea.", "are made by"),
        ("History of the thermometer: Begins in 1593 with Galileo", "Begins in"),
        ("Inflation is rising again in many towns of the south.", "rising again"),
        ("- secured by blockchain: a ledger that is verified all the time", "a ledger"),
    ],
)  # fmt: skip
def test_an_example_a_clause_and_its_rest_are_no_definitions(
    model: LocalTextModel, content: str, said: str
) -> None:
    text = f"Inertia is the tendency of a body to keep moving.\n\n{content}"
    assert said not in " ".join(card.back for card in cards_of(model, text).values())


@pytest.mark.parametrize(
    ("content", "front", "said"),
    [
        ("The *blend mode* decides how the colours of a layer mix with those below it.", "blend mode", "decides how the colours of a layer mix with those below it"),
        ("When new learning makes it harder to recall the old, we speak of retroactive interference.", "retroactive interference", "when new learning makes it harder to recall the old"),
        ("By moral hazard economists mean that insured people take greater risks.", "moral hazard", "insured people take greater risks"),
        ("Trade has its rules. Dumping: selling abroad below cost. It is forbidden.", "dumping", "selling abroad below cost"),
        ("A strong acid dissociates completely, whereas a weak acid dissociates only in part.", "weak acid", "dissociates only in part"),
        ("In retroactive interference, new learning gets in the way of the old.", "retroactive interference", "new learning gets in the way of the old"),
        ("In folding, the chain takes on the shape that it needs to work.", "folding", "the chain takes on the shape that it needs to work"),
        ("With unit elasticity, the quantity and the price change by one percentage.", "unit elasticity", "the quantity and the price change by one percentage"),
        ("Two goods are substitutes if a dearer one makes people buy the other.", "substitute", "(of two goods) if a dearer one makes people buy the other"),
        ("They may not; a piece of evidence is inadmissible if the court may not use it.", "inadmissible", "(of a piece of evidence) if the court may not use it"),
        ("In an elimination reaction, a small molecule such as water is lost.", "elimination reaction", "a small molecule such as water is lost"),
        ("Craftsmen formed guilds, associations that set prices, wages and standards.", "guilds", "associations that set prices, wages and standards"),
        ("The War of the Roses was the long struggle of two houses for the throne.", "War of the Roses", "the long struggle of two houses for the throne"),
        ("Under the postal rule, acceptance takes effect when the letter is posted.", "postal rule", "acceptance takes effect when the letter is posted"),
        ("Chunking is grouping single items into larger units.", "chunking", "grouping single items into larger units"),
        ("Demand is said to be inelastic when a rise in price hardly lowers the quantity.", "inelastic", "(of demand) when a rise in price hardly lowers the quantity"),
        ("A contract is voidable if one party may choose to set it aside.", "voidable", "(of a contract) if one party may choose to set it aside"),
        ("The price elasticity tells us how strongly the quantity reacts to the price.", "price elasticity", "how strongly the quantity reacts to the price"),
        ("Psychologists use the term priming for the effect that one thing calls up another.", "priming", "the effect that one thing calls up another"),
        ("Historians call the long peace that followed the wars the Pax Romana.", "Pax Romana", "the long peace that followed the wars"),
        ("A macrophage engulfs and digests bacteria and worn cells.", "macrophage", "engulfs and digests bacteria and worn cells"),
        ("An idempotent method is a safe one: calling it twice does the same as calling it once.", "idempotent method", "a safe one: calling it twice does the same as calling it once"),
        ("The fallacy of composition is an old mistake: what holds for a part is taken to hold for the whole.", "fallacy of composition", "an old mistake: what holds for a part is taken to hold for the whole"),
        ("The common ion effect lowers the solubility of a salt that shares an ion.", "common ion effect", "lowers the solubility of a salt that shares an ion"),
    ],
)  # fmt: skip
def test_what_a_text_tells_of_a_term_by_any_verb_or_case_is_its_definition(
    model: LocalTextModel, content: str, front: str, said: str
) -> None:
    assert back(model, content, front) == said
