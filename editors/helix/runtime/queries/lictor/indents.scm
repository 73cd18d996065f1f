; What is indented, in the words of Helix.

[
  (tiers_item)
  (roles_item)
  (reasons_item)
  (enum_item)
  (record_item)
  (extend_item)
  (action_body)
  (normalize_body)
  (risk_model_item)
  (flag_weights)
  (amplifier_weights)
  (framework_item)
  (block)
  (steps)
  (fields)
  (cases_step)
  (record)
  (list)
  (arguments)
] @indent

["}" "]" ")"] @outdent
