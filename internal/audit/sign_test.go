package audit_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"clientportal/internal/audit"
)

func TestCrashBeforeSigningIsMadeGood(t *testing.T) {
	t.Parallel()
	tr := newTrail(t)
	tr.sealed(3)
	file := tr.sealer.CheckpointFile

	// The disk is full, say: the events are sealed, the checkpoint cannot be signed.
	tr.sealer.CheckpointFile = t.TempDir()
	tr.append(tr.event("ticket.create"))
	if n, err := tr.sealer.Seal(t.Context()); n != 1 || err == nil {
		t.Fatalf("sealed %d, %v; want one event and an error", n, err)
	}
	if report, err := tr.verifyStored(); err != nil || report.Unsigned != 1 {
		t.Errorf("before signing: %+v, %v", report, err)
	}

	tr.sealer.CheckpointFile = file
	tr.seal()
	if report, err := tr.verify(); err != nil || report.Unsigned != 0 || report.Checkpoints != 2 {
		t.Errorf("after signing: %+v, %v", report, err)
	}
}

func TestCrashAfterTheFileIsMadeGood(t *testing.T) {
	t.Parallel()
	tr := newTrail(t)
	tr.sealed(3)
	tr.sealed(4)
	tr.attack(`update audit_checkpoints set note = null, signed_at = null where size = 7`) // never committed
	if err := tr.checkRollback(); err != nil {
		t.Errorf("at start: %v", err)
	}
	tr.seal()
	if report, err := tr.verify(); err != nil || report.Checkpoints != 2 {
		t.Errorf("signed twice: %+v, %v", report, err)
	}
}

// verifyStored verifies without the file outside.
func (tr *trail) verifyStored() (audit.Report, error) {
	return audit.Verify(tr.t.Context(), tr.Pool(), audit.VerifyOptions{Verifiers: tr.sealer.Verifiers})
}

func TestCheckpointFileSurvivesTornWrites(t *testing.T) {
	t.Parallel()
	tr := newTrail(t)
	tr.sealed(3)
	file := tr.sealer.CheckpointFile
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	// A second note, cut off at each byte, then what the next run appends.
	for cut := range whole {
		torn := append(append([]byte{}, whole...), whole[:cut]...)
		torn = append(torn, whole...)
		if err := os.WriteFile(file, torn, 0o600); err != nil {
			t.Fatal(err)
		}
		known, err := audit.ReadCheckpoints(file, tr.sealer.Verifiers)
		if err != nil || len(known) < 2 || known[0].Size != 3 || known[len(known)-1] != known[0] {
			t.Fatalf("cut at %d: %v, %v", cut, known, err)
		}
	}
}

func TestCheckpointsOfStrangersAreNotKnown(t *testing.T) {
	t.Parallel()
	tr := newTrail(t)
	tr.sealed(3)
	_, verifiers := newSigner(t)
	if known, err := audit.ReadCheckpoints(tr.sealer.CheckpointFile, verifiers); err == nil {
		t.Errorf("another key opens %v", known)
	}
	if err := audit.CheckRollback(t.Context(), tr.Pool(), tr.sealer.CheckpointFile, verifiers); err != nil {
		t.Errorf("a stranger's checkpoints raise an alarm: %v", err)
	}
}

// TestASecondKeyContinuesTheFirst changes the signing key in the middle, as after the loss of the
// first: the portal signs on only when it knows the public key of what went before.
func TestASecondKeyContinuesTheFirst(t *testing.T) {
	t.Parallel()
	tr := newTrail(t)
	tr.sealed(3)
	keys := filepath.Join(t.TempDir(), "verifier.txt")
	if err := tr.sealer.Signer.Publish(keys); err != nil {
		t.Fatal(err)
	}
	tr.sealer.Signer, tr.sealer.Verifiers = newSigner(t)
	tr.append(tr.event("ticket.create"))
	if _, err := tr.sealer.Seal(t.Context()); err == nil || !strings.Contains(err.Error(), "known key") {
		t.Errorf("signed after an unknown key: %v", err)
	}

	for range 2 {
		if err := tr.sealer.Signer.Publish(keys); err != nil {
			t.Fatal(err)
		}
	}
	var err error
	if tr.sealer.Verifiers, err = audit.LoadVerifiers(keys); err != nil {
		t.Fatal(err)
	}
	tr.seal()
	if report, err := tr.verify(); err != nil || report.Checkpoints != 2 || report.Unsigned != 0 {
		t.Errorf("%+v, %v", report, err)
	}
	if text, err := os.ReadFile(keys); err != nil || strings.Count(string(text), "\n") != 2 {
		t.Errorf("keys %q, %v", text, err)
	}
}

func TestPortalsThatStartTogetherShareAKey(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "signer.key")
	keys := make([]string, 8)
	var portals sync.WaitGroup
	for i := range keys {
		portals.Go(func() {
			signer, err := audit.LoadOrCreateSigner(path, "portal.example/audit")
			if err != nil {
				t.Error(err)
				return
			}
			keys[i] = signer.VerifierKey()
		})
	}
	portals.Wait()
	if keys = slices.Compact(keys); len(keys) != 1 {
		t.Errorf("keys %q", keys)
	}
}

func TestSignerKeepsItsKey(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "audit", "signer.key")
	first, err := audit.LoadOrCreateSigner(path, "portal.example/audit")
	if err != nil {
		t.Fatal(err)
	}
	again, err := audit.LoadOrCreateSigner(path, "renamed.example/audit")
	if err != nil {
		t.Fatal(err)
	}
	if first.VerifierKey() != again.VerifierKey() || !strings.HasPrefix(first.VerifierKey(), "portal.example/audit+") {
		t.Errorf("keys %q and %q", first.VerifierKey(), again.VerifierKey())
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); mode != 0o600 {
		t.Errorf("mode %o", mode)
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := audit.LoadOrCreateSigner(path, "portal.example/audit"); err == nil {
		t.Error("an empty key file was accepted")
	}
	if _, err := audit.LoadOrCreateSigner(filepath.Join(t.TempDir(), "key"), "two words"); err == nil {
		t.Error("a name with a space was accepted")
	}
}
