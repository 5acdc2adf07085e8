"""Variants: ways in which a firmware may differ from ours and still conform to the document.

Law: a variant breaks nothing that the document says; each works alone and in any mixture.  Unlike
a fault it may rewrite what a command has answered, for it is about manners, not about meaning.

    active      which variants there are and which are active
    catalogue   the list, with the place of the document that leaves each open
    varied      variants that are data: another personality
    wording     variants of what an answer says
    voice       variants of how it is said: blank lines, unsolicited lines
    pace        variants of when: late, dribbling
    printed     variants that print what the document prints
    skipping    a variant of the line discipline
    echoes      variants of the echo
"""

from .active import UnknownVariant, Variant, Variants

__all__ = ["UnknownVariant", "Variant", "Variants"]
