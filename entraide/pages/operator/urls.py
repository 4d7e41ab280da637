"""The addresses of the operator's pages, within those of `pages`."""

from django.urls import path

from entraide.pages.operator import crises, dashboard, line, mail, proposals

operator_patterns = [
    path("operator/", dashboard.operator, name="operator"),
    path("operator/crises/open/", crises.open_crisis, name="operator-open-crisis"),
    path("operator/crises/<uuid:crisis_id>/", crises.crisis, name="operator-crisis"),
    path("operator/crises/<uuid:crisis_id>/level/", crises.level, name="operator-level"),
    path("operator/crises/<uuid:crisis_id>/limits/", crises.limits, name="operator-limits"),
    path("operator/proposals/<uuid:proposal_id>/", proposals.proposal, name="operator-proposal"),
    path("operator/proposals/<uuid:proposal_id>/dismiss/", proposals.dismiss, name="operator-proposal-dismiss"),
    path("operator/line/", line.line, name="operator-line"),
    path("operator/line/pause/", line.pause, name="operator-line-pause"),
    path("operator/line/resume/", line.resume, name="operator-line-resume"),
    path("operator/line/bound/", line.bound, name="operator-line-bound"),
    path("operator/jobs/", dashboard.job_list, name="operator-jobs"),
    path("operator/mail/", mail.mail, name="operator-mail"),
    path("operator/mail/retry/", mail.retry, name="operator-mail-retry"),
    path("operator/mail/forget/", mail.forget, name="operator-mail-forget"),
    path("operator/journal/", dashboard.journal_page, name="operator-journal"),
]
