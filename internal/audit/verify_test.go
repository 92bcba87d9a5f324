package audit_test

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"golang.org/x/mod/sumdb/tlog"

	"clientportal/internal/audit"
)

// verify runs a verification against the stored checkpoints and those in the file outside.
func (tr *trail) verify() (audit.Report, error) {
	tr.t.Helper()
	o := audit.VerifyOptions{Verifiers: tr.sealer.Verifiers}
	if _, err := os.Stat(tr.sealer.CheckpointFile); err == nil {
		if o.Known, err = audit.ReadCheckpoints(tr.sealer.CheckpointFile, o.Verifiers); err != nil {
			tr.t.Fatal(err)
		}
	}
	return audit.Verify(tr.t.Context(), tr.Pool(), o)
}

// mustFail verifies and expects a mismatch at the index with this reason.
func (tr *trail) mustFail(index int64, reason string) {
	tr.t.Helper()
	_, err := tr.verify()
	var m *audit.Mismatch
	if !errors.As(err, &m) {
		tr.t.Fatalf("verify: got %v, want a mismatch at index %d: %s", err, index, reason)
	}
	if m.Index != index || !strings.Contains(m.Error(), reason) {
		tr.t.Errorf("verify: got %q (index %d), want index %d: %s", m, m.Index, index, reason)
	}
}

func TestVerifyPassesAnUntouchedTrail(t *testing.T) {
	t.Parallel()
	tr := newTrail(t)
	if report, err := tr.verify(); err != nil || report != (audit.Report{}) {
		t.Errorf("empty trail: %+v, %v", report, err)
	}
	for _, n := range []int{1, 255, 1, 300, 17} {
		tr.sealed(n)
	}
	tr.append(tr.event("ticket.create"))
	report, err := tr.verify()
	if err != nil {
		t.Fatal(err)
	}
	if report.Newest.Size != 574 || report.Checkpoints != 5 || report.Pending != 1 || report.Unsigned+report.Erased != 0 {
		t.Errorf("report: %+v", report)
	}
}

// TestVerifyFindsTampering lets a superuser change one thing in a trail of 300 events in two
// checkpoints (of size 20 and 300) and expects the first index that is wrong to be named.
func TestVerifyFindsTampering(t *testing.T) {
	t.Parallel()
	const at = ` where id = (select event_id from audit_leaves where idx = 41)`
	const payloadAt = ` where event_id = (select event_id from audit_leaves where idx = 41)`
	zero := strings.Repeat("00", tlog.HashSize)
	for _, c := range []struct {
		name, sql string
		index     int64
		reason    string
	}{
		{"action", `update audit_events set action = 'ticket.close'` + at, 41,
			`(index 41): action in the row is "ticket.close", the sealed leaf says "ticket.create"`},
		{"outcome", `update audit_events set outcome = 'denied'` + at, 41, `outcome in the row is "denied"`},
		{"customer", `update audit_events set customer_id = null` + at, 41, `customer_id in the row is ""`},
		{"time", `update audit_events set occurred_at = occurred_at + interval '1 microsecond'` + at, 41, `occurred_at in the row`},
		{"time without end", `update audit_events set occurred_at = 'infinity'` + at, 41, `occurred_at in the row is "infinity"`},
		{"actor kind", `update audit_events set actor_kind = 'staff'` + at, 41, `actor_kind in the row is "staff"`},
		{"actor", `update audit_events set actor_id = null` + at, 41, `actor_id in the row is ""`},
		{"actor's name", `update audit_events set actor_name = ''` + at, 41, `actor_name in the row is ""`},
		{"on behalf of", `update audit_events set on_behalf_of = '00000000-0000-0000-0000-000000000000'` + at, 41, `on_behalf_of in the row`},
		{"subject type", `update audit_events set subject_type = null` + at, 41, `subject_type in the row is ""`},
		{"subject", `update audit_events set subject_id = id` + at, 41, `subject_id in the row`},
		{"address", `update audit_events set address = '' ` + at, 41, `address in the row is "\"\""`},
		{"request id", `update audit_events set request_id = 'x'` + at, 41, `request_id in the row is "x"`},
		{"leaf", `update audit_events set leaf = convert_to(replace(convert_from(leaf, 'UTF8'), 'Ada', 'Eve'), 'UTF8')` + at, 41,
			"the leaf's hash is not the one in tile 0 of level 0"},
		{"leaf and column", `update audit_events set actor_name = 'Eve', leaf = convert_to(replace(convert_from(leaf, 'UTF8'), 'Ada Lovelace', 'Eve'), 'UTF8')` + at, 41,
			"the leaf's hash is not the one in tile 0 of level 0"},
		{"payload", `update audit_payloads set payload = '{"after": {"title": "All is well", "priority": 2}}'` + payloadAt, 41,
			"the payload does not give the hash"},
		{"salt", `update audit_payloads set salt = '\x00'` + payloadAt, 41, "the payload does not give the hash"},
		{"payload's customer", `update audit_payloads set customer_id = null` + payloadAt, 41, "of another customer"},
		{"payload deleted", `delete from audit_payloads` + payloadAt, 41, "no erasure accounts for it"},
		{"event deleted", `delete from audit_events` + at, 41, "the event is gone"},
		{"leaf deleted", `delete from audit_leaves where idx = 41`, 41, "the leaf is missing"},
		{"last leaf deleted", `delete from audit_leaves where idx = 299`, 299, "the leaf is missing"},
		{"all leaves deleted", `delete from audit_leaves`, 0, "the leaf is missing"},
		{"order", `update audit_leaves set idx = case idx when 41 then -42 when 42 then -41 else idx end;
			update audit_leaves set idx = -idx where idx < 0`, 41, "the leaf's hash is not the one"},
		{"inserted behind the back", `insert into audit_events (id, occurred_at, action, outcome, actor_kind, actor_name, leaf)
			values (gen_random_uuid(), now(), 'auth.login', 'success', 'staff', 'Eve', '{}')`, -1, "neither sealed nor waiting"},
		{"inserted with a leaf", `with e as (insert into audit_events (id, occurred_at, action, outcome, actor_kind, actor_name, leaf)
			values (gen_random_uuid(), now(), 'auth.login', 'success', 'staff', 'Eve', '{}') returning id)
			insert into audit_leaves select 300, id from e`, 300, "the leaf's hash is not the one"},
		{"sealed and pending", `insert into audit_pending (event_id, occurred_at) select event_id, now() from audit_leaves where idx = 41`, -1, "yet waits"},
		{"tile", `update audit_tiles set data = overlay(data placing decode('` + zero + `', 'hex') from 1313) where level = 0 and n = 0`, 41,
			"the leaf's hash is not the one in tile 0 of level 0"},
		{"upper tile", `update audit_tiles set data = decode('` + zero + `', 'hex') where level = 1`, 0, "the stored tile/1/000.p/1"},
		{"tile's width", `update audit_tiles set width = 12 where level = 0 and n = 1`, 256, "the stored tile/0/001.p/44"},
		{"tile deleted", `delete from audit_tiles where level = 0 and n = 0`, 0, "the leaf's hash is not the one"},
		{"tile added", `insert into audit_tiles values (3, 0, 1, '\x00')`, 300, "4 tiles are stored"},
		{"root", `update audit_checkpoints set root = decode('` + zero + `', 'hex') where size = 300`, 20,
			"the leaves from here to index 299 don't give the root of the stored checkpoint of size 300"},
		{"signature", `update audit_checkpoints set note = overlay(note placing 'AAAA' from length(note) - 20) where size = 20`, 19, "the signature of the checkpoint of size 20"},
		{"signature lost", `update audit_checkpoints set note = null where size = 20`, 19, "lost its signature"},
		{"signature of another", `update audit_checkpoints set note = (select note from audit_checkpoints where size = 300) where size = 20`, 19,
			"signed for another tree"},
		{"checkpoint of nothing", `insert into audit_checkpoints values (0, '\x00')`, 0, "of an empty tree"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			tr := newTrail(t)
			tr.sealed(20)
			tr.sealed(280)
			if _, err := tr.verify(); err != nil {
				t.Fatalf("before: %v", err)
			}
			for _, sql := range strings.Split(c.sql, ";\n") {
				tr.attack(sql)
			}
			tr.mustFail(c.index, c.reason)
		})
	}
}

// TestVerifyFindsARewrittenTree has an attacker rebuild leaf, tiles and root without a flaw. Only
// the signatures stand against it.
func TestVerifyFindsARewrittenTree(t *testing.T) {
	t.Parallel()
	tr := newTrail(t)
	tr.sealed(10)
	tr.sealed(5)
	tr.attack(`update audit_events set actor_name = 'Eve', leaf = convert_to(replace(convert_from(leaf, 'UTF8'), 'Ada Lovelace', 'Eve'), 'UTF8')
		where id = (select event_id from audit_leaves where idx = 12)`)
	leaves := tr.leaves()
	hashes := make([]byte, 0, 15*tlog.HashSize)
	for _, leaf := range leaves {
		h := tlog.RecordHash(leaf)
		hashes = append(hashes, h[:]...)
	}
	root := treeHash(t, leaves)
	tr.attack(`update audit_tiles set data = $1 where level = 0`, hashes)
	tr.attack(`update audit_checkpoints set root = $1 where size = 15`, root[:])
	tr.mustFail(14, "the checkpoint stored for size 15 was signed for another tree")

	// Without its signature the portal refuses to sign it anew, and what is known outside tells.
	tr.attack(`update audit_checkpoints set note = null where size = 15`)
	if _, err := tr.sealer.Seal(t.Context()); !errors.Is(err, audit.ErrRolledBack) {
		t.Errorf("sealing over a rewritten tree: %v", err)
	}
	tr.mustFail(10, "known outside the database")

	// A key of the attacker's own is no help either.
	eve, verifiers := newSigner(t)
	forger := audit.Sealer{DB: tr.Pool(), Signer: eve, Verifiers: verifiers, Log: tr.sealer.Log}
	tr.attack(`update audit_checkpoints set note = null`)
	if _, err := forger.Seal(t.Context()); err != nil {
		t.Fatal(err)
	}
	tr.mustFail(9, "the signature of the checkpoint of size 10")
}

// rollBack takes the trail back to a size, without a trace inside the database.
func (tr *trail) rollBack(size int64) {
	tr.t.Helper()
	tr.attack(`delete from audit_checkpoints where size > $1`, size)
	tr.attack(`delete from audit_events where id in (select event_id from audit_leaves where idx >= $1)`, size)
	tr.attack(`delete from audit_leaves where idx >= $1`, size)
	tr.attack(`delete from audit_payloads p where not exists (select from audit_events e where e.id = p.event_id)`)
	tr.attack(`update audit_tiles set width = $1, data = substr(data, 1, 32 * $1) where level = 0 and n = 0`, size)
}

func TestRollbackIsSeenFromOutside(t *testing.T) {
	t.Parallel()
	tr := newTrail(t)
	tr.sealed(20)
	if err := tr.checkRollback(); err != nil {
		t.Errorf("before: %v", err)
	}
	tr.sealed(30)
	if err := tr.checkRollback(); err != nil {
		t.Errorf("before: %v", err)
	}
	tr.rollBack(20)
	tr.mustFail(20, "a checkpoint of size 50 is known outside it")
	if err := tr.checkRollback(); !errors.Is(err, audit.ErrRolledBack) {
		t.Errorf("at start: %v", err)
	}

	// New events over the gap don't hide it, and get no signature.
	events := make([]audit.Event, 40)
	for i := range events {
		events[i] = tr.event("ticket.create")
	}
	tr.append(events...)
	if _, err := tr.sealer.Seal(t.Context()); !errors.Is(err, audit.ErrRolledBack) {
		t.Errorf("sealing after a rollback: %v", err)
	}
	if err := tr.checkRollback(); !errors.Is(err, audit.ErrRolledBack) {
		t.Errorf("at start, after new events: %v", err)
	}
	tr.mustFail(20, "known outside the database")
}

func (tr *trail) checkRollback() error {
	return audit.CheckRollback(tr.t.Context(), tr.Pool(), tr.sealer.CheckpointFile, tr.sealer.Verifiers)
}

func TestErasedPayloadsStillVerify(t *testing.T) {
	t.Parallel()
	tr := newTrail(t)
	events := tr.sealed(5)
	person := events[3].Actor.ID
	err := pgx.BeginFunc(t.Context(), tr.Pool(), func(tx pgx.Tx) error {
		if _, err := tx.Exec(t.Context(), `set local role portal_system`); err != nil {
			return err
		}
		erasure, err := audit.Erase(t.Context(), tx, person, tr.customer)
		if err != nil {
			return err
		}
		erasure.Actor = audit.Actor{Kind: "staff", ID: uuid.New(), Name: "Admin"}
		var b pgx.Batch
		if err := audit.Queue(&b, erasure); err != nil {
			return err
		}
		return tx.SendBatch(t.Context(), &b).Close()
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := tr.count(`select (payload->>'payloads')::int from audit_payloads join audit_events on id = event_id where action = 'audit.erase'`); got != 1 {
		t.Errorf("the erasure counts %d payloads, want 1", got)
	}
	tr.seal()
	report, err := tr.verify()
	if err != nil || report.Erased != 1 {
		t.Errorf("after an erasure: %+v, %v", report, err)
	}
	tr.attack(`delete from audit_payloads where event_id = $1`, events[1].ID)
	tr.mustFail(1, "no erasure accounts for it")
}

// leaves reads the sealed leaves in order, as an outsider would from an export.
func (tr *trail) leaves() [][]byte {
	tr.t.Helper()
	rows, err := tr.super.Query(tr.t.Context(), `
		select e.leaf from audit_leaves l join audit_events e on e.id = l.event_id order by l.idx`)
	if err != nil {
		tr.t.Fatal(err)
	}
	leaves, err := pgx.CollectRows(rows, pgx.RowTo[[]byte])
	if err != nil {
		tr.t.Fatal(err)
	}
	return leaves
}

// treeHash computes a root with tlog itself, from nothing but the leaves.
func treeHash(t *testing.T, leaves [][]byte) tlog.Hash {
	t.Helper()
	hashes := memory{}
	for i, leaf := range leaves {
		fresh, err := tlog.StoredHashes(int64(i), leaf, &hashes)
		if err != nil {
			t.Fatal(err)
		}
		hashes = append(hashes, fresh...)
	}
	root, err := tlog.TreeHash(int64(len(leaves)), &hashes)
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// memory is a tree's hashes in the order of storage.
type memory []tlog.Hash

func (m *memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		hashes[i] = (*m)[index]
	}
	return hashes, nil
}
