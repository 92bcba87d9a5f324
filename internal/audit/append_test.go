package audit_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/gowebpki/jcs"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/audit"
)

func TestLeafIsCanonicalAndComplete(t *testing.T) {
	t.Parallel()
	tr := newTrail(t)
	e := tr.event("ticket.create")
	e.ID = uuid.MustParse("0192f0c1-0000-7000-8000-000000000001")
	e.OccurredAt = time.Date(2026, 3, 1, 13, 0, 0, 123456789, time.FixedZone("", 3600))
	e.Actor = audit.Actor{Kind: "staff", ID: uuid.MustParse("0192f0c1-0000-7000-8000-000000000002"),
		Name: "<Ada> & \u2028 \"Ä\" 😀", OnBehalfOf: uuid.MustParse("0192f0c1-0000-7000-8000-000000000003")}
	e.Subject.ID = uuid.MustParse("0192f0c1-0000-7000-8000-000000000004")
	e.RequestID = "r1"
	e.Payload = nil
	tr.append(e)
	tr.seal()

	got := tr.leaves()[0]
	want := `{"action":"ticket.create","actor":{"id":"0192f0c1-0000-7000-8000-000000000002","kind":"staff",` +
		`"name":"<Ada> & ` + "\u2028" + ` \"Ä\" 😀"},"address":"192.0.2.7","customer":"` + tr.customer.String() + `",` +
		`"id":"0192f0c1-0000-7000-8000-000000000001","on_behalf_of":"0192f0c1-0000-7000-8000-000000000003",` +
		`"outcome":"success","request_id":"r1","subject":{"id":"0192f0c1-0000-7000-8000-000000000004","type":"ticket"},` +
		`"time":"2026-03-01T12:00:00.123456Z","v":1}`
	if string(got) != want {
		t.Errorf("leaf\n%s, want\n%s", got, want)
	}
	if canonical, err := jcs.Transform(got); err != nil || !bytes.Equal(canonical, got) {
		t.Errorf("not as the reference port of RFC 8785 writes it: %s, %v", canonical, err)
	}
	if _, err := tr.verify(); err != nil {
		t.Error(err)
	}
}

// TestHostileTextIsStoredAndVerifies appends what users and upstreams can send at worst.
func TestHostileTextIsStoredAndVerifies(t *testing.T) {
	t.Parallel()
	tr := newTrail(t)
	long := strings.Repeat("ä", 1<<20)
	payloads := map[string]any{
		"nulls":             map[string]any{"a\x00b": "c\x00d", "escaped": `\u0000`, "both": "\\\x00"},
		"invalid UTF-8":     map[string]any{"\xff": "\xc3\x28\xed\xa0\x80"},
		"raw invalid UTF-8": json.RawMessage("{\"a\":\"\xff\"}"),
		"raw surrogate":     json.RawMessage(`{"a":"\ud800"}`),
		"raw null":          json.RawMessage(`{"a":"\u0000","b":"\\u0000"}`),
		"duplicate names":   json.RawMessage(`{"a":1,"a":2}`),
		"names made equal":  map[string]any{"\x00": 1, "\uFFFD": 2},
		"numbers":           json.RawMessage(`[1e400, -0, 1e21, 5e-324, 0.1, 1.0, 12345678901234567890, 1E2]`),
		"formatting":        json.RawMessage(`{ "b" : [ ] , "a" : "<&>\u2028\u007f\/" }`),
		"order of names":    map[string]any{"\U0001F600": 1, "\uFB33": 2, "é": 3, "z": 4, "": 5},
		"long":              map[string]any{"text": long},
		"long, of quotes":   map[string]any{"text": strings.Repeat(`"`, 1<<16)},
		"long, invalid":     json.RawMessage(`"` + strings.Repeat("\xff", 1<<16) + `"`),
		"deep":              json.RawMessage(strings.Repeat("[", 8000) + strings.Repeat("]", 8000)),
		"deeper than Go":    json.RawMessage(`"` + strings.Repeat("[", 20000) + `"`),
		"null":              json.RawMessage(`null`),
		"a text":            "text",
		"empty":             map[string]any{},
	}
	for name, payload := range payloads {
		e := tr.event("ticket.create")
		e.Actor.Name = name + " \x00\xff\u2028" + long
		e.Address = "\x00"
		e.RequestID = "\xf0\x9f\x98"
		e.Subject.Type = long
		e.Payload = payload
		if err := tr.appendAs("portal_client", e); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	tr.seal()
	report, err := tr.verify()
	if err != nil {
		t.Fatal(err)
	}
	if got := report.Newest.Size; got != int64(len(payloads)) {
		t.Errorf("%d events, want %d", got, len(payloads))
	}
	if got := tr.count(`select max(length(payload::text)) from audit_payloads`); got > 17<<10 {
		t.Errorf("a payload of %d characters", got)
	}
	if got := tr.count(`select max(length(leaf)) from audit_events`); got > 4<<10 {
		t.Errorf("a leaf of %d bytes", got)
	}
	got := tr.count(`select count(*) from audit_payloads where payload @> $1`,
		`{"truncated": true, "bytes": 2097163}`)
	if got != 1 {
		t.Errorf("%d payloads tell how long they were, want 1", got)
	}
}

func TestWorkingRolesAppendButCannotChange(t *testing.T) {
	t.Parallel()
	tr := newTrail(t)
	foreign := tr.event("ticket.view")
	foreign.CustomerID = uuid.New()
	tr.attack(`insert into customers (id, name, slug, ticket_prefix) values ($1, 'Other', 'other', 'OTH')`, foreign.CustomerID)

	for _, role := range []string{"portal_client", "portal_staff", "portal_agency", "portal_system"} {
		if err := tr.appendAs(role, tr.event("ticket.view")); err != nil {
			t.Errorf("%s appends: %v", role, err)
		}
		for _, sql := range []string{
			`update audit_events set action = 'x'`, `delete from audit_events`, `truncate audit_events cascade`,
			`update audit_payloads set payload = '{}'`, `update audit_leaves set idx = idx + 1`,
			`delete from audit_leaves`, `delete from audit_checkpoints`, `update audit_checkpoints set root = ''`,
		} {
			err := pgx.BeginFunc(t.Context(), tr.Pool(), func(tx pgx.Tx) error {
				if _, err := tx.Exec(t.Context(), `select set_config('role', $1, true)`, role); err != nil {
					t.Fatal(err)
				}
				_, err := tx.Exec(t.Context(), sql)
				return err
			})
			if err == nil || !strings.Contains(err.Error(), "permission denied") {
				t.Errorf("%s may %s: %v", role, sql, err)
			}
		}
	}
	for _, role := range []string{"portal_client", "portal_staff"} {
		if err := tr.appendAs(role, foreign); err == nil {
			t.Errorf("%s appends an event of another customer", role)
		}
	}
}

func TestQueueRefusesAnEventThatSaysTooLittle(t *testing.T) {
	t.Parallel()
	for name, e := range map[string]audit.Event{
		"no action":       {Outcome: audit.Success},
		"no outcome":      {Action: "ticket.create"},
		"unknown outcome": {Action: "ticket.create", Outcome: "perhaps"},
		"no JSON":         {Action: "ticket.create", Outcome: audit.Success, Payload: func() {}},
	} {
		var b pgx.Batch
		if err := audit.Queue(&b, e); err == nil || b.Len() != 0 {
			t.Errorf("%s: %v, %d statements", name, err, b.Len())
		}
	}
}
