// Forms by which servers ask, as fields: also those that no protocol allows.
import assert from "node:assert/strict";
import { test } from "node:test";
import { formFields } from "troupe/form";

const fields = (properties, more = {}) => formFields({ type: "object", properties, ...more });

test("a form's fields come with their labels, kinds and options", () => {
  const given = {
    name: { type: "string", title: "Your name", description: "As in the passport", format: "email" },
    old: { type: "string", enum: ["a", "b"], enumNames: ["A"] },
    new: { type: "string", oneOf: [{ const: "a", title: "A" }, { const: "b" }] },
    many: { type: "array", items: { anyOf: [{ const: "x", title: "X" }] } },
    sure: { type: "boolean", default: true },
  };
  assert.deepEqual(fields(given, { required: ["sure"] }), [
    { name: "sure", label: "sure", kind: "boolean", required: true, default: true },
    {
      name: "name",
      label: "Your name",
      kind: "text",
      required: false,
      description: "As in the passport",
      format: "email",
    },
    {
      name: "old",
      label: "old",
      kind: "choice",
      required: false,
      options: [
        { value: "a", label: "A" },
        { value: "b", label: "b" },
      ],
    },
    {
      name: "new",
      label: "new",
      kind: "choice",
      required: false,
      options: [
        { value: "a", label: "A" },
        { value: "b", label: "b" },
      ],
    },
    { name: "many", label: "many", kind: "choices", required: false, options: [{ value: "x", label: "X" }] },
  ]);
});

test("what a stranger's form has wrong is taken as not said, and never thrown at", () => {
  const odd = [null, 5, "text", [], [null], {}, [5], [[]], true];
  for (const value of odd) {
    assert.deepEqual(
      formFields({ properties: value }).filter(({ label }) => typeof label !== "string"),
      [],
    );
    assert.doesNotThrow(() => fields({ a: value }, { required: value }));
    for (const name of [
      "type",
      "title",
      "description",
      "format",
      "enum",
      "enumNames",
      "oneOf",
      "anyOf",
      "items",
    ]) {
      const [field] = fields({ a: { enum: ["b"], [name]: value }, b: { [name]: value } });
      assert.equal(typeof field.label, "string");
      for (const option of field.options ?? [])
        assert.equal(typeof option.value + typeof option.label, "stringstring");
    }
    fields({ a: { type: "array", items: { enum: value, oneOf: value } } });
  }
  assert.deepEqual(formFields(undefined), []);
});
