"""The backs: the text's own words, WordNet's definition, nothing else."""

import re

import pytest

from jobs.providers.base import Card
from jobs.providers.local_text.lexicon import Lexicon
from jobs.providers.local_text.model import LocalTextModel
from jobs.providers.local_text.nouns import Nouns
from tests.jobs.providers.local_text.study import SEEN, request, study_text


def cards_of(model: LocalTextModel, content: str, subject: str = "Science") -> dict[str, Card]:
    cards = model.cards(request(content, subject=subject)).value
    return {card.front: card for card in cards}


def back(model: LocalTextModel, content: str, front: str, subject: str = "Science") -> str:
    return cards_of(model, content, subject)[front].back


@pytest.mark.parametrize(
    ("sentence", "front", "said"),
    [
        ("Inertia is the tendency of a body to keep moving.", "inertia", "the tendency of a body to keep moving"),
        ("The share of blood pumped out is called the ejection fraction.", "ejection fraction", "The share of blood pumped out"),
        ("Qualia, the felt qualities of experience, escape physics.", "qualia", "the felt qualities of experience"),
        ("Anomie refers to the breakdown of social norms.", "anomie", "the breakdown of social norms"),
        ("Insured people make small regular payments to a company, called premiums.", "premium", "Insured people make small regular payments to a company"),
        ("The lowest temperature at which it can grow is its minimum growth temperature.", "minimum growth temperature", "The lowest temperature at which it can grow"),
        ("The wave runs up the beach; the water that flows back is the backwash.", "backwash", "the water that flows back"),
        ("A systematic error shifts all values in the same direction.", "systematic error", "shifts all values in the same direction"),
        ("The law sets a price floor, or the lowest amount for which a good may be sold.", "price floor", "the lowest amount for which a good may be sold"),
        ("The angular speed ω is the rate at which an angle changes.", "angular speed", "the rate at which an angle changes"),
        ("It leads to gout, a condition marked by swelling, pain and stiffness of the joints.", "gout", "a condition marked by swelling, pain and stiffness of the joints"),
        ("Plankton, tiny organisms that drift in water, feed whales.", "plankton", "tiny organisms that drift in water"),
        ("Winds and the Coriolis effect, the apparent deflection of moving bodies, drive water.", "Coriolis effect", "the apparent deflection of moving bodies"),
        ("Force majeure, that is, an event beyond the control of the parties, excludes liability.", "force majeure", "an event beyond the control of the parties"),
        ("The reverse process, exocytosis, releases hormones or enzymes from the cell.", "exocytosis", "releases hormones or enzymes from the cell"),
        ("Negative feedback occurs when a product inhibits its own making.", "negative feedback", "occurs when a product inhibits its own making"),
        ("Drumlins are smooth, elongated hills whose steep end faces the ice.", "drumlins", "smooth, elongated hills whose steep end faces the ice"),
        ("Debris carried by a glacier is known collectively as moraine.", "moraine", "Debris carried by a glacier"),
        ("A credit is the permission to send one frame.", "credit", "the permission to send one frame"),
        ("The code defines a sale as a transfer of title for a price.", "sale", "a transfer of title for a price"),
        ("A household can be defined as people who live under one roof.", "household", "people who live under one roof"),
        ("The party who owes the good is known as the vendor or seller.", "vendor", "The party who owes the good"),
        ("An elastic collision (also sometimes called completely or maximally elastic) is one in which bodies bounce apart.", "elastic collision", "one in which bodies bounce apart"),
        ("The term concurrency refers to situations in which several instructions interleave.", "concurrency", "situations in which several instructions interleave"),
        ("Microbes that live on methane are called methanotrophs (from the Greek word for those who feed on it).", "methanotroph", "Microbes that live on methane"),
        ("- (1) 'personal data' means any information relating to a person.", "personal data", "any information relating to a person"),
        ("- stream: A flow of bytes provided by the transport. Each stream has a number.", "stream", "A flow of bytes provided by the transport"),
        ("The city has social media—a set of platforms on which people talk—and little else.", "social media", "a set of platforms on which people talk"),
        ("A buffalo hump (a deposit of fat in the neck) may form.", "buffalo hump", "a deposit of fat in the neck"),
        ("Millennials (those born between 1981 and 1996) vote less.", "millennial", "those born between 1981 and 1996"),
        ("It imposes tariffs, or fees charged for moving goods.", "tariffs", "fees charged for moving goods"),
        ("News differs from public relations, which is communication carried out to please buyers, voters, or donors.", "public relations", "communication carried out to please buyers, voters, or donors"),
        ("Usually the head file is a reference to the branch in use.", "head file", "a reference to the branch in use"),
        ("By symbolic reference, we mean a pointer to another reference.", "symbolic reference", "a pointer to another reference"),
        ("That is all a lightweight tag is -- a reference that never moves.", "lightweight tag", "a reference that never moves"),
        ("The set of all outcomes of an experiment is known as the sample space of the experiment and is denoted by S.", "sample space", "The set of all outcomes of an experiment"),
        ("A permutation is an arrangement of objects from a pool, in a given order.", "permutation", "an arrangement of objects from a pool, in a given order"),
        ("- Constraint graph: every variable is a node, every constraint is an arc", "constraint graph", "every variable is a node, every constraint is an arc"),
        ("The published majority opinion, or explanation of the decision, is read. A majority opinion is rare.", "majority opinion", "explanation of the decision"),
        ("In this context, runtime generally refers to the software that runs containers.", "runtime", "the software that runs containers"),
        ("A monolithic application contains all functionality in a single program.", "monolithic application", "contains all functionality in a single program"),
        ("- Unary constraints involve a single variable", "unary constraints", "involve a single variable"),
        ("The basal metabolic rate itself is the baseline level of metabolism in a body.", "basal metabolic rate", "the baseline level of metabolism in a body"),
        ("Body temperature is one of the five vital signs. Body temperature is the balance between gain and loss of heat.", "body temperature", "the balance between gain and loss of heat"),
        ("- Evaporation: the loss of heat as moisture evaporates from the skin", "evaporation", "the loss of heat as moisture evaporates from the skin"),
        ("- Sample space: The set of all outcomes is the sample space, S.", "sample space", "The set of all outcomes"),
        ("Bureaucrats or civil servants, the people who work in offices, fill roles.", "civil servants", "the people who work in offices"),
        ("❒ Latent variables – Latent variables are hidden/unobserved variables that hinder estimation.", "latent variables", "hidden/unobserved variables that hinder estimation"),
        ("It is filled in by a separate program, called the formatter, which builds a file system.", "formatter", "a separate program that builds a file system"),
        ("Cells use an enzyme called ATP synthase, which makes energy available.", "ATP synthase", "an enzyme that makes energy available"),
        ("Furthermore, the reduction in loss from parent to child is known as information gain.", "information gain", "the reduction in loss from parent to child"),
        ("Remark: the random forest is a tree-based technique that uses many trees.", "random forest", "a tree-based technique that uses many trees"),
        ("❒ Variance – The variance of a variable is a measure of its spread. It is found as follows:", "variance", "(of a variable) a measure of its spread"),
        ("A balance of power means no one nation is stronger than all others.", "balance of power", "no one nation is stronger than all others"),
        ("In an economic boycott, a country ceases trade with another until it changes a policy.", "economic boycott", "a country ceases trade with another until it changes a policy"),
        ("The heart has four rooms. It is a muscle that pumps blood through the body.", "heart", "a muscle that pumps blood through the body"),
        ("Gas exchange occurs in the alveoli. It is a passive process of diffusion.", "gas exchange", "a passive process of diffusion"),
        ("Stage 2: Idea screening. This is the process of filtering through the ideas of a team.", "idea screening", "the process of filtering through the ideas of a team"),
        ("# Principal component analysis\n\nIt is a technique that finds the directions of most variance.", "principal component analysis", "a technique that finds the directions of most variance"),
        ("- Dissociation curve:\n    - A sigmoid curve obtained by plotting saturation against pressure.", "dissociation curve", "A sigmoid curve obtained by plotting saturation against pressure"),
        ("Herders live in camps that are moved to find fresh grass. This form of herding is called nomadism.", "nomadism", "Herders live in camps that are moved to find fresh grass"),
        ("❒ Learning rate – The learning rate, often noted η, indicates at which pace the weights change.", "learning rate", "indicates at which pace the weights change"),
        ("❒ Coefficient of determination – The coefficient of determination measures how well a model fits and is defined as follows:", "coefficient of determination", "measures how well a model fits"),
        ("The inode layer stores files and their names. The logging layer allows higher layers to write at once.", "inode layer", "stores files and their names"),
        ("It becomes several product concepts—the perception of a new idea.", "product concept", "the perception of a new idea"),
        ("Also try the flake8 tool which is a combination of two checkers.", "flake8 tool", "a combination of two checkers"),
        ("There is horizontal scaling which adds more nodes to handle increased load.", "horizontal scaling", "adds more nodes to handle increased load"),
        ("Two kinds exist: core temperature, measured through contact with organs or muscles.", "core temperature", "measured through contact with organs or muscles"),
        ("A container runtime specifically implements a standard for running software.", "container runtime", "implements a standard for running software"),
        ("- Acting Out: Direct expression of an unconscious wish through action.", "acting out", "Direct expression of an unconscious wish through action"),
        ("This grouping of people, tasks and resources into units is called departmentalization.", "departmentalization", "grouping of people, tasks and resources into units"),
        ("The process of dividing work into separate jobs is called division of labor.", "division of labor", "The process of dividing work into separate jobs"),
        ("They are drawn as directed acyclic graphs, in which vertices stand for variables of a model.", "directed acyclic graphs", "in which vertices stand for variables of a model"),
        ("Cytokinins are plant hormones primarily involved in division of cells.", "cytokinins", "plant hormones primarily involved in division of cells"),
        ("Linear programming is, surprisingly, the case where everything is linear.", "linear programming", "the case where everything is linear"),
        ("A compound that donates a proton is called a Lowry acid, and a compound that accepts a proton is called a Lowry base.", "Lowry base", "a compound that accepts a proton"),
    ],
)  # fmt: skip
def test_what_the_text_says_of_a_term_is_its_definition(
    model: LocalTextModel, sentence: str, front: str, said: str
) -> None:
    assert back(model, sentence, front) == said


@pytest.mark.parametrize(
    "sentence",
    [
        "- Age: children have greater variances in temperature",
        "They resized it to accommodate the increase — a very inefficient use of the machines.",
        "- Distortion function: In order to see that it converges, we look at the distance",
        "Vertical scaling is time-consuming, requires downtime and reaches its limit.",
        "- Standard form: The standard form of a program is",
        "The current most popular method is called Adam.",
        "- Variance: The variance of a quantity, often noted Var or s",
        "Rainbows are an excellent example of dispersion in nature.",
        "- Improving body image: discuss the impact of the disease",
        "- Decrease risk of infection: avoid exposure to people",
        "- Classic features: central obesity, a heavy trunk and thin limbs",
        "The constraint graph is a constraint hypergraph.",
        "In many cases, the pituitary gland is the affected site.",
        "The third type of reference that you see is a remote reference.",
        "Kernels are full of concurrently accessed data.",
        "A binary search is a more specific search problem of computing.",
        "A tag object (the first tag is the root of all) is kept.",
        "In this course, we are just going to study a kind of variables, known as Markov chains.",
        "Recall from the chapter on trade that tariffs are taxes on goods.",
        "Goods on a supermarket shelf are an invitation to treat.",
        "The resulting slow motion is called the thermohaline circulation.",
        "Primary production is the rate at which they fix carbon.",
        "Ocean water moves for two reasons.",
        "Lateral moraines form along its sides in the valley.",
        "Moving around this proton is a single electron.",
        "- Humidity: High humidity slows the evaporation of water.",
        "The equation assumes that the mass of each object stays the same.",
        "Relay endpoints measure the delay of each packet.",
        "We therefore want models of low variance, also known as weak learners.",
        "- Normal equations: By noting the design, the value that minimizes the cost is as follows:",
        "- Bayes rule: For events A and B such that one may happen, we have",
        "A family is exponential if it is written in terms of a natural parameter, also called the canonical parameter.",
        "- Debugging: true",
        "- Leaf: 400 + / 100 - leaf: 400 + / 100",
        "The background assumption is plain psychology: empathy evolved because:",
        "- Sample mean: and the sample variance are used to estimate the true one.",
        "Since it never closes the window on a timer expiration, a sender is not limited from sending more.",
        "Despite their size, which hid them from light microscopes, the discovery of a part that causes disease was made in 1892.",
        "Buyers of one group had, on average, a large increase in their income and health.",
        "The cost is higher request latency from crossing a border.",
        "The pass is then simply three matrix multiplications, interwoven with a function.",
        "Political culture is a concept that will be considered later in the chapter.",
        "For women, the purchase of a machine meant that a shirt could be made in one hour.",
        "Related to this goal is the aim of protecting the country from its enemies.",
        "Runtime generally refers to container runtime.",
        "Our prices rose. It is a defense to a claim that the contract was illegal.",
        "The contract bound both parties. It is a mistake to think that it was illegal.",
        "- Alveolar exchange:\n    - The pressure of oxygen in the alveoli is high.",
        "In a fast-food restaurant, for example, some employees take orders.",
        "In an assembly plant, some workers install mirrors all day.",
        "The chart indicates the general type of work done in each position.",
        "The representation of this distribution is a graph that shows how variables depend on each other.",
        "Each work is known as impulse and this equation is known as the impulse theorem.",
        "Another kind involves new technology, which is a product that changes a whole industry.",
        "Until the early years of it, these were common formats.",
        "Proactive rather than reactive behavior is the just thing to do for a firm.",
        "- Bolting: Promote bolting in rosette plants",
        "The cells then become more specialized, and are referred to as multipotent cells.",
        "Issues arise in most patent cases that must be decided by the judge.",
        "Generation X is a mix, taking in more television than its children.",
    ],
)
def test_a_remark_is_no_definition(model: LocalTextModel, sentence: str) -> None:
    text = f"{sentence}\n\nA prism is a block of glass that splits light."
    assert all(card.back_source == "definition" or card.front == "prism" for card in cards_of(model, text).values())  # fmt: skip


def test_a_sentence_that_only_names_what_came_before_leads_back_to_it(
    model: LocalTextModel,
) -> None:
    text = "One plate dives under the other. This is called subduction."
    assert back(model, text, "subduction") == "One plate dives under the other"


def test_a_slide_that_lists_terms_with_a_colon_defines_them(model: LocalTextModel) -> None:
    text = "Acids\n\n- Arrhenius acid: a substance that releases hydrogen ions\n- Lewis acid: an electron pair acceptor"
    assert back(model, text, "Lewis acid") == "an electron pair acceptor"


def test_being_common_or_important_is_no_definition(model: LocalTextModel) -> None:
    text = "Myocardial infarction is the most common cause of heart failure."
    assert "most common" not in back(model, text, "myocardial infarction")


@pytest.mark.parametrize(
    ("subject", "text", "part_of_definition"),
    [
        ("Physics", "In a collision of two bodies the momentum is conserved. The physics of a collision.", "bodies come together"),
        ("Medicine", "Each ventricle of the heart receives blood from an atrium and pumps it.", "chamber of the heart"),
        ("Transport", "A host sends each packet by the protocol to a client or server of the network.", "(computer science) a message"),
        ("Chemistry", "A catalyst speeds up a chemical reaction. Chemistry needs the catalyst.", "chemical reaction"),
    ],
)  # fmt: skip
def test_the_text_decides_which_sense_is_meant(
    model: LocalTextModel, subject: str, text: str, part_of_definition: str
) -> None:
    backs = [card.back for card in cards_of(model, text, subject).values()]
    assert any(part_of_definition in said for said in backs)


@pytest.mark.parametrize(
    ("text", "front"),
    [
        ("A three-way handshake opens the connection. A checksum is a number that tells errors.", "handshake"),
        ("A hormone is a messenger that reaches its target organ.", "target organ"),
        ("The good will of a business includes its name. A lease is a contract for the use of land.", "good will"),
    ],
)  # fmt: skip
def test_where_nothing_speaks_for_a_sense_there_is_no_card(
    model: LocalTextModel, text: str, front: str
) -> None:
    assert front not in cards_of(model, text)


def test_british_spellings_are_found_in_the_american_dictionary(model: LocalTextModel) -> None:
    said = back(model, "Ionising radiation harms cells.", "ionising radiation")
    assert "high-energy radiation" in said


def test_what_the_text_tells_of_a_compound_is_better_than_no_explanation(
    model: LocalTextModel,
) -> None:
    text = "A linked list stores each item in a node together with a pointer to the next one."
    text += " Merge sort splits the array, sorts both halves by recursion and merges the results."
    said = "splits the array, sorts both halves by recursion and merges the results"
    assert back(model, text, "merge sort") == said


def test_a_term_nobody_explains_is_no_card(model: LocalTextModel) -> None:
    text = (
        "Inertia is the tendency of a body to keep moving. Automatic stabilisers soften the cycle."
    )
    assert "automatic stabiliser" not in cards_of(model, text)


def test_a_sentence_below_a_heading_is_not_what_the_heading_means(model: LocalTextModel) -> None:
    text = "# Offers\n\nText.\n\n## Rescission\n\nAn offer of something that is destroyed is terminated without notice.\n\n## Estoppel\n\n"
    cards = cards_of(model, f"{text}A bar that keeps a party from taking back its word.")
    assert cards["estoppel"].back == "A bar that keeps a party from taking back its word"
    assert "terminated" not in "".join(card.back for card in cards.values())


def test_one_definition_makes_one_card(model: LocalTextModel) -> None:
    fronts = cards_of(model, "Edema is treated. An oedema is dangerous, and oedema spreads.")
    assert len({"edema", "oedema"} & set(fronts)) == 1


def test_a_short_form_is_explained_by_the_long_one(model: LocalTextModel) -> None:
    text = "Chronic obstructive pulmonary disease (COPD) is a lasting narrowing of the airways."
    assert back(model, text, "COPD") == "Chronic obstructive pulmonary disease"
    said = "a lasting narrowing of the airways"
    assert back(model, text, "chronic obstructive pulmonary disease") == said


def definitions(lexicon: Lexicon, front: str) -> set[str]:
    """What WordNet says of a term and of its words."""
    nouns, words = Nouns(lexicon), front.split()
    senses = [s for n in range(len(words)) for s in nouns.senses(nouns.key(tuple(words[n:])))]
    senses += [sense for word in words for sense in lexicon.senses(word.lower(), "a")]
    return {sense.definition for sense in senses}


@pytest.mark.parametrize("name", SEEN)
def test_every_back_is_taken_from_the_text_or_from_wordnet(
    model: LocalTextModel, lexicon: Lexicon, name: str
) -> None:
    content = " ".join(study_text(name).split()).lower()  # `When ...` is no opening any more
    for card in cards_of(model, study_text(name)).values():
        known = definitions(lexicon, card.front)
        from_words = re.split(r"(?:^|; )[\w -]{1,60}: ", card.back)[1:]
        from_text = re.split(r" that |^\(|\) ", card.back)
        assert (
            card.back in known
            or (from_words and known.issuperset(from_words))
            or all(piece.strip().lower() in content for piece in from_text)
        ), card
