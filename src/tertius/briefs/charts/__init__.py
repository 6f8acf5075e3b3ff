"""Charts of a brief: one function a picture, plain data in, a `Figure` out.

>>> from tertius.briefs.charts import Driver, DriverView, draw_drivers
>>> view = DriverView("rent", (Driver("fear of exclusion", 0.6), Driver("cost", -0.3)))
>>> figure = draw_drivers(view, name="drivers", title="Fear drives the rent", caption="n = 2")
>>> figure.data.rows
(('fear of exclusion', '+0.60'), ('cost', '−0.30'))
"""

from tertius.briefs.charts.bands import Band
from tertius.briefs.charts.beliefs import BeliefSeries, BeliefView, draw_beliefs
from tertius.briefs.charts.drivers import Driver, DriverView, draw_drivers
from tertius.briefs.charts.leverages import LeverageView, draw_leverage
from tertius.briefs.charts.milestones import Milestone
from tertius.briefs.charts.offers import MenuView, draw_menus
from tertius.briefs.charts.partitions import PartitionRow, PartitionView, draw_partitions
from tertius.briefs.charts.payments import Payment, PaymentView, draw_payments
from tertius.briefs.charts.regimes import RegimeView, draw_regime
from tertius.briefs.charts.relations import RelationView, draw_relations
from tertius.briefs.charts.rents import RentSeries, RentView, draw_rents
from tertius.briefs.charts.roletimes import RoleTimeView, draw_role_times
from tertius.briefs.charts.spans import Span, SpanSeries, SpanView, draw_spans
from tertius.briefs.charts.triangles import Edge, TriangleView, draw_triangles
from tertius.briefs.charts.turndates import TurnView, draw_turn

__all__ = [
    "Band",
    "BeliefSeries",
    "BeliefView",
    "Driver",
    "DriverView",
    "Edge",
    "LeverageView",
    "MenuView",
    "Milestone",
    "PartitionRow",
    "PartitionView",
    "Payment",
    "PaymentView",
    "RegimeView",
    "RelationView",
    "RentSeries",
    "RentView",
    "RoleTimeView",
    "Span",
    "SpanSeries",
    "SpanView",
    "TriangleView",
    "TurnView",
    "draw_beliefs",
    "draw_drivers",
    "draw_leverage",
    "draw_menus",
    "draw_partitions",
    "draw_payments",
    "draw_regime",
    "draw_relations",
    "draw_rents",
    "draw_role_times",
    "draw_spans",
    "draw_triangles",
    "draw_turn",
]
