// Package dbtest gives each test a database of its own: migrated once, cloned from
// a template, on a real PostgreSQL.
package dbtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"clientportal/internal/db"
	"clientportal/internal/db/private"
)

// ClusterVariable names the folder of a running private cluster that several test
// programs share (see testcluster). Without it each program runs one of its own.
const ClusterVariable = "PORTAL_TEST_CLUSTER"

// Database is a database of one test.
type Database struct {
	*db.DB
	URL      string // as the role that works
	OwnerURL string // as the role that owns the schema
	SuperURL string // as a superuser: what an attacker with the whole server could do
}

// New clones a database for this test and drops it afterwards.
func New(t testing.TB) *Database {
	t.Helper()
	d := Empty(t)
	opened, err := db.Open(t.Context(), d.URL)
	if err != nil {
		t.Fatalf("open the test database: %v", err)
	}
	t.Cleanup(opened.Close)
	d.DB = opened
	return d
}

// Empty is New without a pool: its DB is nil.
func Empty(t testing.TB) *Database {
	t.Helper()
	ctx := t.Context()
	c, err := cluster()
	if err != nil {
		t.Fatalf("start PostgreSQL for the tests: %v", err)
	}
	admin, err := pgx.Connect(ctx, c.SuperuserURL())
	if err != nil {
		t.Fatalf("connect to the test cluster: %v", err)
	}
	defer admin.Close(ctx)
	template, err := ensureTemplate(ctx, c, admin)
	if err != nil {
		t.Fatalf("migrate the template database: %v", err)
	}
	name := "test_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	if _, err := admin.Exec(ctx, fmt.Sprintf(`create database %s template %s owner portal_owner`, name, template)); err != nil {
		t.Fatalf("clone the test database: %v", err)
	}
	t.Cleanup(func() {
		ctx := context.Background()
		admin, err := pgx.Connect(ctx, c.SuperuserURL())
		if err != nil {
			return // the cluster is gone, and the database with it
		}
		defer admin.Close(ctx)
		_, _ = admin.Exec(ctx, `drop database if exists `+name+` with (force)`)
	})
	return &Database{URL: in(c.URL(), name), OwnerURL: in(c.OwnerURL(), name), SuperURL: in(c.SuperuserURL(), name)}
}

// ensureTemplate makes the migrated template, once for these migrations.
func ensureTemplate(ctx context.Context, c *private.Cluster, admin *pgx.Conn) (string, error) {
	name, err := templateName()
	if err != nil {
		return "", err
	}
	if _, err := admin.Exec(ctx, `select pg_advisory_lock(1)`); err != nil {
		return "", err
	}
	defer func() { _, _ = admin.Exec(ctx, `select pg_advisory_unlock(1)`) }()
	var ready bool
	if err := admin.QueryRow(ctx, `select exists (select from pg_database where datname = $1)`, name).Scan(&ready); err != nil || ready {
		return name, err
	}
	making := name + "_making"
	if _, err := admin.Exec(ctx, `drop database if exists `+making+` with (force)`); err != nil {
		return "", err
	}
	if _, err := admin.Exec(ctx, `create database `+making+` owner portal_owner`); err != nil {
		return "", err
	}
	if err := db.Migrate(ctx, in(c.OwnerURL(), making), in(c.URL(), making)); err != nil {
		return "", err
	}
	_, err = admin.Exec(ctx, fmt.Sprintf(`alter database %s rename to %s`, making, name))
	return name, err
}

func templateName() (string, error) {
	hash := sha256.New()
	err := fs.WalkDir(db.Migrations(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(db.Migrations(), path)
		hash.Write(b)
		return err
	})
	return "template_" + hex.EncodeToString(hash.Sum(nil)[:6]), err
}

var cluster = sync.OnceValues(func() (*private.Cluster, error) {
	ctx := context.Background()
	if shared := os.Getenv(ClusterVariable); shared != "" {
		return private.Attach(ctx, shared)
	}
	dir, err := os.MkdirTemp("", "portal-test-")
	if err != nil {
		return nil, err
	}
	// It ends with this program: see private's handling of a parent that died.
	return private.Start(ctx, dir, slog.New(slog.DiscardHandler), private.Fast())
})

// in is the same server's address of another database.
func in(address, database string) string {
	u, err := url.Parse(address)
	if err != nil {
		panic(err) // private makes them
	}
	u.Path = "/" + database
	return u.String()
}
