"""How far the heatmaps can be trusted, in words and numbers."""

from __future__ import annotations

import streamlit as st

import pipeline
from pages.components.language import _
from pages.components.movement.words import heading, number, table


def trust(trusted: pipeline.Trust, attended: pipeline.Attended) -> None:
    """How far the maps can be trusted, in words and numbers."""
    heading(_("How far this can be trusted"))
    kind, text = trust_text(trusted)
    (st.success if kind == "better" else st.warning)(
        text, icon=":material/verified:" if kind == "better" else ":material/help:"
    )
    with st.expander(_("How it was tested"), key="how trust", icon=":material/science:"):
        st.markdown(
            _(
                "The moments that a ranking puts first (10, 20, 30 and 50 %) are filled in from "
                "those around them, and the probability of the answer ({n} % with everything) is "
                "looked at again. **Lost without them** should be large, **lost with them alone** "
                "small. Random: the mean of eight random rankings. Source: ERASER (DeYoung et al. "
                "2020); relevance by Chefer et al. (2021), rollout by Abnar & Zuidema (2020). "
                "Attention need not be explanation (Jain & Wallace 2019), hence this test.",
                n=number(100 * trusted.probability),
            )
        )
        rows = [
            [
                _ranking(name),
                f"{number(100 * scores.comprehensiveness, 1)} %",
                f"{number(100 * scores.sufficiency, 1)} %",
            ]
            for name, scores in trusted.rankings.items()
        ]
        rows.append(
            [
                _("random"),
                f"{number(100 * trusted.random.comprehensiveness, 1)} % "
                f"± {number(100 * trusted.spread.comprehensiveness, 1)}",
                f"{number(100 * trusted.random.sufficiency, 1)} % "
                f"± {number(100 * trusted.spread.sufficiency, 1)}",
            ]
        )
        st.html(
            table([_("Moments ranked by"), _("Lost without them"), _("Lost with them alone")], rows)
        )


def trust_text(trusted: pipeline.Trust) -> tuple[str, str]:
    """The verdict's kind (:func:`pipeline.verdict`) and its sentence."""
    best = pipeline.most_faithful(trusted)
    kind, ratio = pipeline.verdict(trusted, best)
    name = _ranking(best)
    if kind == "insensitive":
        text = _(
            "Taking single moments away hardly changes the answer here, so no map of moments can "
            "show why it was given."
        )
    elif kind == "even":
        text = _(
            "Taking away the moments that a map marks changes the model's mind no more than taking "
            "away random ones. Don't read meaning into the maps of this recording."
        )
    else:
        text = _(
            "Taking away the moments that {map} marks changes the model's mind {n}× more than "
            "taking away random ones.",
            map=name,
            n=number(min(ratio, 99), 1),
        )
    return kind, text


def _ranking(name: str) -> str:
    return {
        "attention": _("raw attention"),
        "rollout": _("rollout"),
        "relevance": _("gradient relevance"),
        "occlusion": _("leaving out"),
        "motion": _("how much moves"),
    }[name]
