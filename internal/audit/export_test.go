package audit_test

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"clientportal/internal/audit"
)

// TestExportStandsOnItsOwn reads an export as an outsider would: from the files alone, with the
// verifier key and tlog.
func TestExportStandsOnItsOwn(t *testing.T) {
	t.Parallel()
	tr := newTrail(t)
	first := tr.sealed(200)
	old := tr.newestKnown()
	tr.sealed(500)
	dir := filepath.Join(t.TempDir(), "export")
	var told int64
	c, err := audit.Export(t.Context(), tr.Pool(), tr.sealer.Verifiers, dir, func(written, total int64) { told = written })
	if err != nil {
		t.Fatal(err)
	}
	if c.Size != 700 || told != 700 {
		t.Errorf("exported %d, told of %d", c.Size, told)
	}

	signed, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	if err != nil {
		t.Fatal(err)
	}
	verifiers, err := audit.ParseVerifiers(tr.sealer.Signer.VerifierKey() + "\n")
	if err != nil {
		t.Fatal(err)
	}
	checkpoint, err := audit.OpenCheckpoint(signed, verifiers)
	if err != nil || checkpoint != c {
		t.Fatalf("checkpoint %v, %v; want %v", checkpoint, err, c)
	}

	var leaves [][]byte
	for _, path := range []string{"000", "001", "002.p/188"} {
		leaves = append(leaves, entries(t, filepath.Join(dir, "tile/entries", path))...)
	}
	if len(leaves) != 700 || treeHash(t, leaves) != checkpoint.Root {
		t.Errorf("%d entries that don't give the root", len(leaves))
	}
	if !strings.Contains(string(leaves[7]), first[7].ID.String()) {
		t.Errorf("entry 7 is %s", leaves[7])
	}

	tree := tlog.Tree{N: checkpoint.Size, Hash: checkpoint.Root}
	reader := tlog.TileHashReader(tree, folder(dir))
	proof, err := tlog.ProveRecord(tree.N, 7, reader)
	if err != nil {
		t.Fatal(err)
	}
	if err := tlog.CheckRecord(proof, tree.N, tree.Hash, 7, tlog.RecordHash(leaves[7])); err != nil {
		t.Errorf("entry 7 is not in the tree: %v", err)
	}
	consistency, err := tlog.ProveTree(tree.N, old.Size, reader)
	if err != nil {
		t.Fatal(err)
	}
	if err := tlog.CheckTree(consistency, tree.N, tree.Hash, old.Size, old.Root); err != nil {
		t.Errorf("the tree does not continue the older one: %v", err)
	}
}

func TestExportRefuses(t *testing.T) {
	t.Parallel()
	tr := newTrail(t)
	verifiers := tr.sealer.Verifiers
	parent := t.TempDir()
	export := func(dir string) error {
		_, err := audit.Export(t.Context(), tr.Pool(), verifiers, filepath.Join(parent, dir), nil)
		return err
	}
	if err := export("nothing"); err == nil {
		t.Error("exported an empty trail")
	}
	tr.sealed(30)
	if err := os.MkdirAll(filepath.Join(parent, "empty"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := export("empty"); err != nil {
		t.Errorf("into an empty folder: %v", err)
	}
	if err := export("empty"); err == nil {
		t.Error("exported over an export")
	}
	tr.attack(`update audit_events set leaf = '{}' where id = (select event_id from audit_leaves where idx = 3)`)
	if err := export("tampered"); err == nil {
		t.Error("exported a tree that its checkpoint does not sign")
	}
	left, err := os.ReadDir(parent)
	if err != nil || len(left) != 1 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func (tr *trail) newestKnown() audit.Checkpoint {
	tr.t.Helper()
	known, err := audit.ReadCheckpoints(tr.sealer.CheckpointFile, tr.sealer.Verifiers)
	if err != nil {
		tr.t.Fatal(err)
	}
	return known[len(known)-1]
}

// entries splits a bundle of length-prefixed entries.
func entries(t *testing.T, path string) (list [][]byte) {
	t.Helper()
	bundle, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for len(bundle) > 0 {
		n := 2 + int(binary.BigEndian.Uint16(bundle))
		list = append(list, bundle[2:n])
		bundle = bundle[n:]
	}
	return list
}

// folder reads hash tiles from an export.
type folder string

func (folder) Height() int                     { return 8 }
func (folder) SaveTiles([]tlog.Tile, [][]byte) {}
func (dir folder) ReadTiles(tiles []tlog.Tile) (data [][]byte, err error) {
	for _, t := range tiles {
		path := strings.Replace(t.Path(), "tile/8/", "tile/", 1)
		hashes, err := os.ReadFile(filepath.Join(string(dir), path))
		if err != nil {
			return nil, err
		}
		data = append(data, hashes)
	}
	return data, nil
}
