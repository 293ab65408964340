"""Whether something of a mark-up is left in a text that no rule of this reader knows."""

import re

_LEFT = re.compile(
    r"\$\$|\{[%{#:]|[%}]\}|\\(?:[a-zA-Z]{2,}|[\[\](){}])|</[a-zA-Z]|<[a-zA-Z][^<>]{0,500}=|/>|\*\*|__(?!\w)|``|(?<!\w)\w+=[\"“']"
    r"|\]\(|\]\[|\[\[|\]\]|\]\{|!\[|:::|[\^_]\{|::\w+(?:\[|\{|$)|<\w+@|<<\w|&[a-z]{2,6};|^(?:\.\. |\.[A-Z]|={2,}|[#|^] )|\s\|(?:\s(?![^()|]{0,60}\))|$)|//\w[^/]*//|~~|==\w|!!\w|\w=\[|\w__\w"
)


def is_left(text: str) -> bool:
    return bool(_LEFT.search(text))
