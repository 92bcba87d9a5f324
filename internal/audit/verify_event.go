package audit

import (
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"golang.org/x/mod/sumdb/tlog"
)

const selectSealed = `
	select l.idx, l.event_id, e.leaf, e.customer_id, e.occurred_at, e.action, e.outcome,
		e.actor_kind, e.actor_id, e.actor_name, e.on_behalf_of, e.subject_type, e.subject_id,
		e.address, e.request_id, p.customer_id, p.salt, p.payload::text
	from audit_leaves l
	left join audit_events e on e.id = l.event_id
	left join audit_payloads p on p.event_id = l.event_id
	where l.idx >= $1 and l.idx < $2
	order by l.idx`

// sealedEvent is a row of the trail as the database gives it now.
type sealedEvent struct {
	index              int64
	id                 pgtype.UUID
	leaf               []byte
	customer           pgtype.UUID
	time               pgtype.Timestamptz
	action, outcome    *string
	actorKind          *string
	actorID            pgtype.UUID
	actorName          *string
	onBehalfOf         pgtype.UUID
	subjectType        *string
	subjectID          pgtype.UUID
	address, requestID *string
	payloadCustomer    pgtype.UUID
	payload            payload
}

func scanSealed(rows pgx.Rows) (e sealedEvent, err error) {
	err = rows.Scan(&e.index, &e.id, &e.leaf, &e.customer, &e.time, &e.action, &e.outcome,
		&e.actorKind, &e.actorID, &e.actorName, &e.onBehalfOf, &e.subjectType, &e.subjectID,
		&e.address, &e.requestID, &e.payloadCustomer, &e.payload.salt, &e.payload.json)
	return e, err
}

// columns is the leaf that the row's columns would make, in all that stands in columns.
func (e *sealedEvent) columns(sealed leaf) leaf {
	var name string // the one text that may be empty: nobody has no name
	if e.actorName != nil {
		name = *e.actorName
	}
	return leaf{
		Action:      shown(e.action),
		Actor:       leafActor{ID: shownID(e.actorID), Kind: shown(e.actorKind), Name: name},
		Address:     shown(e.address),
		Customer:    shownID(e.customer),
		ID:          shownID(e.id),
		OnBehalfOf:  shownID(e.onBehalfOf),
		Outcome:     shown(e.outcome),
		PayloadHash: sealed.PayloadHash,
		RequestID:   shown(e.requestID),
		Subject:     leafSubject{ID: shownID(e.subjectID), Type: shown(e.subjectType)},
		Time:        shownTime(e.time),
		Version:     sealed.Version,
	}
}

// event verifies one row against its leaf, and its leaf against the stored tile.
func (v *verification) event(e *sealedEvent, tile []byte) error {
	mismatch := func(format string, args ...any) error {
		return &Mismatch{Index: e.index, Event: e.id.String(), Reason: fmt.Sprintf(format, args...)}
	}
	if e.leaf == nil {
		return mismatch("the event is gone")
	}
	hash := tlog.RecordHash(e.leaf)
	offset := int(e.index%tileWidth) * tlog.HashSize
	if len(tile) < offset+tlog.HashSize || tlog.Hash(tile[offset:offset+tlog.HashSize]) != hash {
		return mismatch("the leaf's hash is not the one in tile %d of level 0", e.index/tileWidth)
	}
	v.tree.add(hash)

	var sealed leaf
	if err := json.Unmarshal(e.leaf, &sealed); err != nil {
		return mismatch("the leaf is not JSON: %v", err)
	}
	if sealed.Version != leafVersion {
		return mismatch("the leaf is of version %d, which this portal does not know", sealed.Version)
	}
	if row := e.columns(sealed); row != sealed {
		return mismatch("%s", sealed.difference(row))
	}
	return v.payload(e, sealed, mismatch)
}

func (v *verification) payload(e *sealedEvent, sealed leaf, mismatch func(string, ...any) error) error {
	switch {
	case e.payload.json == nil && sealed.PayloadHash == "":
		return nil
	case e.payload.json == nil:
		if !v.erased[sealed.Actor.ID] && !v.erased[sealed.OnBehalfOf] && !v.erased[sealed.Subject.ID] {
			return mismatch("the payload is gone, and no erasure accounts for it")
		}
		v.report.Erased++
		return nil
	case e.payloadCustomer != e.customer:
		return mismatch("the payload is of another customer than the event")
	}
	// jsonb keeps the values but not the text.
	if err := canonicalize(&e.payload.json); err != nil || e.payload.hash() != sealed.PayloadHash {
		return mismatch("the payload does not give the hash that was sealed")
	}
	return nil
}

// difference names the first column that is not as sealed.
func (l leaf) difference(row leaf) string {
	for _, c := range []struct{ name, row, sealed string }{
		{"id", row.ID, l.ID},
		{"customer_id", row.Customer, l.Customer},
		{"occurred_at", row.Time, l.Time},
		{"action", row.Action, l.Action},
		{"outcome", row.Outcome, l.Outcome},
		{"actor_kind", row.Actor.Kind, l.Actor.Kind},
		{"actor_id", row.Actor.ID, l.Actor.ID},
		{"actor_name", row.Actor.Name, l.Actor.Name},
		{"on_behalf_of", row.OnBehalfOf, l.OnBehalfOf},
		{"subject_type", row.Subject.Type, l.Subject.Type},
		{"subject_id", row.Subject.ID, l.Subject.ID},
		{"address", row.Address, l.Address},
		{"request_id", row.RequestID, l.RequestID},
	} {
		if c.row != c.sealed {
			return fmt.Sprintf("%s in the row is %q, the sealed leaf says %q", c.name, c.row, c.sealed)
		}
	}
	return "the row differs from the sealed leaf"
}

// shown gives a column as the leaf would: nothing for null. An empty text, which is never stored,
// must not pass for null.
func shown(s *string) string {
	switch {
	case s == nil:
		return ""
	case *s == "":
		return `""`
	}
	return *s
}

func shownID(id pgtype.UUID) string {
	if !id.Valid {
		return ""
	}
	return id.String()
}

func shownTime(t pgtype.Timestamptz) string {
	if t.InfinityModifier != pgtype.Finite {
		return t.InfinityModifier.String()
	}
	return timeText(t.Time)
}
