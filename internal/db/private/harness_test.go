package private

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
)

// portalIn names the data folder for which the test binary plays a portal, to be killed.
const portalIn = "PRIVATE_TEST_PORTAL_IN"

var quiet = slog.New(slog.DiscardHandler)

func TestMain(m *testing.M) {
	if dir := os.Getenv(portalIn); dir != "" {
		playPortal(dir)
	}
	os.Exit(m.Run())
}

func playPortal(dir string) {
	c, err := Start(context.Background(), dir, slog.New(slog.NewTextHandler(os.Stderr, nil)))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(c.server.pid())
	select {}
}

// dataDir is a folder for one test that ends with it.
func dataDir(t *testing.T) string {
	t.Helper()
	if _, err := newest(Installed()); err != nil {
		t.Skip(err)
	}
	return t.TempDir()
}

func start(t *testing.T, dir string, opts ...Option) *Cluster {
	t.Helper()
	c, err := Start(t.Context(), dir, slog.New(slog.NewTextHandler(t.Output(), nil)), opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Stop(context.Background()) })
	return c
}

func stop(t *testing.T, c *Cluster) {
	t.Helper()
	if err := c.Stop(t.Context()); err != nil {
		t.Fatalf("Stop: %v", err)
	}
}

func try(t *testing.T, url, statements string) error {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	_, err = conn.Exec(t.Context(), statements)
	return err
}

func do(t *testing.T, url, statements string) {
	t.Helper()
	if err := try(t, url, statements); err != nil {
		t.Fatalf("%s: %v", statements, err)
	}
}

func query(t *testing.T, url, question string) string {
	t.Helper()
	answer, err := ask(t.Context(), url, question)
	if err != nil {
		t.Fatalf("%s: %v", question, err)
	}
	return answer
}

func ask(ctx context.Context, url, question string) (string, error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return "", err
	}
	defer conn.Close(ctx)
	var answer any
	if err := conn.QueryRow(ctx, question).Scan(&answer); err != nil {
		return "", err
	}
	return fmt.Sprint(answer), nil
}
