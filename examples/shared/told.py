"""How a demonstration is told: step by step, and it ends with status 1 where something is otherwise than it should be."""


def step(text):
    print(f"\n{text}", flush=True)


def tell(text):
    print(f"  {text}", flush=True)


def must(holds, what):
    """Says that it is so, or ends the demonstration."""
    if not holds:
        tell(f"✗ this is not so: {what}")
        raise SystemExit(1)
    tell(f"✓ {what}")


def line(event):
    """An event of the gateway's log in a line: when, what, and why."""
    record, what, why = event["record"], event["kind"], ""
    about = record["judged"] if "judged" in record else record["about"]
    if what == "decided":
        outcome = record["judged"]["outcome"]
        what = "authorized" if "token" in record else {"step_up": "held", "deny": "denied"}[outcome["decision"]]
        people = [answer["by"] for answer in record.get("approvals", [])]
        why = f"approved by {', '.join(people)}" if people else f"{outcome['reason_code']}: {outcome['message']}"
    elif what == "approval_asked":
        what, why = "asked", ", ".join(dict.fromkeys(ask["to"] for ask in record["asks"]))
    elif what == "approval_answered":
        what, why = record["answer"]["answer"], f"by {record['answer']['by']}"
    elif what == "burned":
        why = f"the token, by {record['by']}"
    elif what == "settled":
        what, why = record["outcome"], f"says {record['by']}"
    elif what == "refused":
        why = record["code"]
    return f"{event['time'][11:19]}  {what:<10}  {about['action']}  {why}".rstrip()
