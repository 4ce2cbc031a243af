"""What a person may say about goals and the mix they want; the coach sets none of it."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from aicoach.core.model import CoachRoute

Rupees = Annotated[Decimal, Field(ge=0, le=Decimal("1e12"), max_digits=15, decimal_places=2)]
Share = Annotated[Decimal, Field(gt=0, le=1, decimal_places=4)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SchemeShare(_Form):
    """The fraction of a holding set aside for a goal."""

    isin: str = Field(pattern=r"^[A-Z]{2}[A-Z0-9]{9}[0-9]$")
    share: Share = Decimal(1)


class GoalForm(_Form):
    """One goal; ``annual_rate`` is the person's own assumption, 2 to 13 % a year (AMFI's range for goal tools).

    ``annual_volatility`` replaces the coach's own assumption; a lower ``priority`` number comes first.
    """

    id: UUID | None = None
    name: Name
    target_amount: Rupees
    target_date: date
    annual_rate: Annotated[Decimal, Field(ge=Decimal("0.02"), le=Decimal("0.13"), decimal_places=4)] | None = None
    annual_step_up: Annotated[Decimal, Field(ge=0, le=Decimal("0.5"), decimal_places=4)] = Decimal(0)
    monthly_amount: Rupees | None = None
    priority: int = Field(1, ge=1, le=20)
    annual_volatility: Annotated[Decimal, Field(ge=0, le=Decimal("0.6"), decimal_places=4)] | None = None
    schemes: list[SchemeShare] = Field(default=[], max_length=100)


class TargetForm(_Form):
    """The share of the whole that an asset class or a category should have."""

    dimension: Literal["asset_class", "category"]
    name: Name
    share: Annotated[Decimal, Field(ge=0, le=1, decimal_places=4)]


class PlanForm(_Form):
    """Everything a person says; what is absent is removed."""

    goals: list[GoalForm] = Field(default=[], max_length=20)
    targets: list[TargetForm] = Field(default=[], max_length=60)

    @model_validator(mode="after")
    def _targets_are_a_whole(self) -> Self:
        for dimension in ("asset_class", "category"):
            chosen = [target for target in self.targets if target.dimension == dimension]
            if chosen and sum(target.share for target in chosen) != 1:
                raise ValueError(f"the targets by {dimension} must add up to 100 %")
            if len({target.name for target in chosen}) != len(chosen):
                raise ValueError(f"a target by {dimension} is given twice")
        return self


ROUTES = (
    CoachRoute("GET", "/plan", "ai_get_goals_plan"),
    CoachRoute("PUT", "/plan", "ai_put_goals_plan", PlanForm),
)
