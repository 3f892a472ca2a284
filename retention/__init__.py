"""How long records are kept, what forbids destruction, and how destruction and transfer are done.

Home of the selection list, appraisal, holds (vernietigingsstop), the one gate `dispose`, and
transfer to an e-depot, under the Archiefwet 1995, the Archiefbesluit 1995 and their successors. It
brings tables, migrations and a projector of its own, so that rebuild can replay it. Nothing lives
here yet.
"""
