"""The steps of a run at which things break, each with the failpoint where it is held or killed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One moment of a run. ``orphan``: the run was lost before, and this is how it is found again."""

    name: str
    point: str
    orphan: bool = False


START_BEFORE = Step("start, before", "sql.ai_start_session.before")
START_AFTER = Step("start, after", "sql.ai_start_session.after")
OPEN = Step("stream open", "sql.ai_get_session.after", orphan=True)
CLAIM_BEFORE = Step("claim, before", "sql.ai_claim_session.before", orphan=True)
CLAIM_AFTER = Step("claim, after", "sql.ai_claim_session.after", orphan=True)
READ = Step("read", "sql.ai_goals_snapshot.before")
PLAN = Step("plan", "sql.ai_renew_session.before")
#: The second task: something is committed already, and something is still to come.
JUDGE = Step("judge", "tell.computing@2")
NARRATE = Step("narrate", "say@2")
COMMIT_BEFORE = Step("commit, before", "sql.ai_commit_task.before@2")
COMMIT_AFTER = Step("commit, after", "sql.ai_commit_task.after@2")
EMIT = Step("emit", "xadd.insight.before@2")
FINISH_BEFORE = Step("finish, before", "sql.ai_finish_session.before")
FINISH_AFTER = Step("finish, after", "sql.ai_finish_session.after")

WORK = (READ, PLAN, JUDGE, NARRATE, COMMIT_BEFORE, COMMIT_AFTER, EMIT, FINISH_BEFORE, FINISH_AFTER)
STEPS = (START_BEFORE, START_AFTER, OPEN, CLAIM_BEFORE, CLAIM_AFTER, *WORK)
