"""The guards of the pipeline, each with the line that holds it and what it would be without."""

from devstack.verification.breaks.guard import Break

PIPELINE = [
    Break(
        "drop the condition on the balance",
        "functions/points/src/domain/decide.rs",
        "before.balance.checked_sub(matched.fee.points.get().into()) else {",
        "Some(before.balance.saturating_sub(matched.fee.points.get().into())) else {",
    ),
    Break(
        "publish before saving",
        "functions/matching/src/execution.rs",
        "        written?;\n",
        "        let _ = written;\n",
    ),
    Break(
        "publish a charge that was not saved",
        "functions/points/src/handler.rs",
        "self.store.commit(&decision).await?;",
        "let _ = self.store.commit(&decision).await;",
    ),
    Break(
        "forget a held-back record",
        "shared/batch/src/group.rs",
        "if self.ordered { usize::MAX } else { 1 }",
        "1",
    ),
    Break(
        "handle what follows a failure",
        "shared/batch/src/worker.rs",
        "if ordered && tracked.has_failed() {",
        "if ordered && false {",
        package="batch",
    ),
    Break(
        "recompute a saved event: decide a repeated charge anew",
        "functions/points/src/domain/decide.rs",
        "    if let Some(saved) = ledger.decision(&order.key) {",
        "    if let Some(saved) = ledger.decision(&order.key).filter(|saved| saved.balance_change() > 0) {",
    ),
    Break(
        "already done, nothing to publish",
        "functions/matching/src/domain/lifecycle.rs",
        "Ok(NextStep::Done(known.publication_of(1)))",
        "Ok(NextStep::Done(None))",
    ),
    Break(
        "already charged, nothing to publish",
        "functions/points/src/handler.rs",
        "return Ok(Ok(vec![saved.publication.clone()])),",
        "{ let _ = saved; return Ok(Ok(Vec::new())) }",
    ),
    Break(
        "keep the capacity of a match that fell through",
        "functions/matching/src/domain/decision.rs",
        "        pending.freed = Some(freed);\n",
        "        let _ = freed;\n",
    ),
    Break(
        "free the capacity again when a closed match is closed",
        "functions/matching/src/domain/lifecycle.rs",
        "        State::Confirmed(partner) if is_current => {",
        "        State::Confirmed(partner) | State::Closed(partner) if is_current => {",
    ),
    Break(
        "forget a close that comes before the charge",
        "functions/matching/src/domain/lifecycle.rs",
        "            let after = known.with_state(State::Closing(partner.clone()));\n"
        "            Ok(NextStep::unpublished(known, after, None))",
        "            let _ = partner;\n            Ok(NextStep::Done(None))",
    ),
    Break(
        "take other data under a known request's key for a repeat",
        "functions/matching/src/domain/lifecycle.rs",
        "Some(known) if known.submission.has_same_contents(&submission) => {",
        "Some(known) if known.submission.has_same_contents(&submission) || true => {",
    ),
    Break(
        "take a write that others were faster with for done",
        "functions/matching/src/handler.rs",
        "Err(HandleError::Write(error)) => Err(error),",
        "Err(HandleError::Write(aws::WriteError::Conflict(it))) if it.contended.is_empty() => Ok(Ok(None)),\n"
        "Err(HandleError::Write(error)) => Err(error),",
    ),
    Break(
        "tell that nobody is free after a look at two",
        "functions/matching/src/search.rs",
        "candidates.iter().filter(|id| !drawn.contains(id)).collect();",
        "candidates.iter().filter(|_| false).collect();",
    ),
    Break(
        "take a PublishBatch that succeeded for one whose entries did",
        "shared/aws/src/topic.rs",
        "let mut results = vec![Err(PublishError::Unanswered); entries];",
        "return vec![Ok(()); entries]; #[allow(unreachable_code)] let mut results = vec![Err(PublishError::Unanswered); entries];",
    ),
    Break(
        "acknowledge what could not be quarantined",
        "shared/batch/src/worker.rs",
        "                error!(\n",
        "                tracked.status = RecordStatus::Quarantined;\n                error!(\n",
    ),
    Break(
        "wait for an answer beyond the deadline",
        "shared/batch/src/clock.rs",
        "pin!(clock.sleep(remaining))",
        "pin!(clock.sleep(remaining * 20))",
    ),
    Break(
        "send although another process may be sending",
        "functions/notification/src/handler.rs",
        "LeaseResult::Refused(item) => return outcome_without_lease(item, attempt),",
        "LeaseResult::Refused(item) => item,",
    ),
    Break(
        "release the lease when a message may have been sent",
        "functions/notification/src/handler.rs",
        "if !matches!(error, SendError::NotSent(_)) {",
        "if false && !matches!(error, SendError::NotSent(_)) {",
    ),
    Break(
        "count a repeated event again",
        "functions/statistics/src/domain/histories.rs",
        "if history.iter().any(|known| known.id == event.id) {",
        "if false && history.iter().any(|known| known.id == event.id) {",
    ),
    Break(
        "match with whoever was listed, whatever it is now",
        "functions/matching/src/search.rs",
        "    partners.retain(|partner| partner.serves(pending.category(), pending.region()));\n",
        "",
    ),
    Break(
        "let an older balance replace a newer one",
        "functions/matching/src/domain/partner.rs",
        "Some(known) if known.sequence >= balance.sequence => None,",
        "Some(known) if false && known.sequence >= balance.sequence => None,",
    ),
    Break(
        "give up one attempt early",
        "functions/matching/src/domain/decision.rs",
        "if self.attempt() >= context.policy.max_attempts",
        "if self.attempt() + 1 >= context.policy.max_attempts",
    ),
    Break(
        "charge what is behind a failure",
        "functions/points/src/handler.rs",
        "            if failed {\n",
        "            if false && failed {\n",
    ),
    Break(
        "take another purchase under a known key for a repeat",
        "functions/points/src/domain/decide.rs",
        "saved.fingerprint == order.fingerprint()",
        "true",
    ),
    Break(
        "send no text message after a refused push",
        "functions/notification/src/delivery.rs",
        "                results.push(ChannelResult::failed(channel, FailedReason::Refused));\n",
        "                results.push(ChannelResult::failed(channel, FailedReason::Refused));\n                break;\n",
    ),
]
