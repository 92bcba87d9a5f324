package app

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/mod/sumdb/note"

	"clientportal/internal/audit"
	"clientportal/internal/config"
	"clientportal/internal/db"
)

// sealEvery is how often pending events are sealed; their lag is an alarm above a
// minute.
const sealEvery = 2 * time.Second

// auditOrigin names the log in its checkpoints and its key.
const auditOrigin = "portal-audit"

// auditFolder holds what proves the audit trail from outside the database.
func auditFolder(c config.Config) string { return filepath.Join(c.DataDir, "audit") }

func checkpointFile(c config.Config) string {
	if c.CheckpointFile != "" {
		return c.CheckpointFile
	}
	return filepath.Join(auditFolder(c), "checkpoints.log")
}

// auditKeys are this portal's signing key, which the database never sees, and the
// public keys of all that signed the trail so far.
func auditKeys(c config.Config) (*audit.Signer, note.Verifiers, error) {
	signer, err := audit.LoadOrCreateSigner(filepath.Join(auditFolder(c), "signing.key"), auditOrigin)
	if err != nil {
		return nil, nil, err
	}
	public := filepath.Join(auditFolder(c), "verifier.txt")
	if err := signer.Publish(public); err != nil {
		return nil, nil, err
	}
	verifiers, err := audit.LoadVerifiers(public)
	return signer, verifiers, err
}

// VerifyAudit checks the whole audit trail, also against the checkpoints in the
// file since. It says to out what it did; its error names the first index that
// fails.
func VerifyAudit(ctx context.Context, c config.Config, since string, out io.Writer) error {
	return withTrail(ctx, c, func(pool *pgxpool.Pool, verifiers note.Verifiers) error {
		options := audit.VerifyOptions{Verifiers: verifiers, Progress: progress(out, "verified")}
		files := []string{since}
		if known, err := filepath.Glob(checkpointFile(c)); err == nil {
			files = append(files, known...)
		}
		for _, file := range files {
			if file == "" {
				continue
			}
			known, err := audit.ReadCheckpoints(file, verifiers)
			if err != nil {
				return err
			}
			options.Known = append(options.Known, known...)
		}
		report, err := audit.Verify(ctx, pool, options)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "The audit trail is whole: %d events sealed, %d pending, %d payloads erased, %d checkpoints signed.\nRoot %s at size %d.\n",
			report.Newest.Size, report.Pending, report.Erased, report.Checkpoints, report.Newest.Root, report.Newest.Size)
		return nil
	})
}

// ExportAudit writes the sealed tree into dir as C2SP's tlog-tiles.
func ExportAudit(ctx context.Context, c config.Config, dir string, out io.Writer) error {
	return withTrail(ctx, c, func(pool *pgxpool.Pool, verifiers note.Verifiers) error {
		checkpoint, err := audit.Export(ctx, pool, verifiers, dir, progress(out, "written"))
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%d events written to %s; check it with the keys in %s.\n",
			checkpoint.Size, dir, filepath.Join(auditFolder(c), "verifier.txt"))
		return nil
	})
}

// withTrail reaches the database of a portal, running or not, with its audit keys.
func withTrail(ctx context.Context, c config.Config, do func(*pgxpool.Pool, note.Verifiers) error) (err error) {
	_, verifiers, err := auditKeys(c)
	if err != nil {
		return err
	}
	at, stop, err := reachDatabase(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, stop(context.WithoutCancel(ctx))) }()
	database, err := db.Open(ctx, at.work)
	if err != nil {
		return err
	}
	defer database.Close()
	return do(database.Pool(), verifiers)
}

// progress says every 100,000 events how far a long work is.
func progress(out io.Writer, done string) func(n, total int64) {
	const step = 100_000
	next := int64(step)
	return func(n, total int64) {
		if n >= next {
			fmt.Fprintf(out, "%d of %d events %s\n", n, total, done)
			next = n + step
		}
	}
}
