package db_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"clientportal/internal/db"
	"clientportal/internal/db/dbtest"
)

func TestPreflightRefusesRolesThatNoPolicyHolds(t *testing.T) {
	t.Parallel()
	d := dbtest.Empty(t)
	admin, err := pgx.Connect(t.Context(), d.SuperURL)
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close(t.Context())
	for role, attribute := range map[string]string{"fit_bypasses": "bypassrls", "fit_plain": "nosuperuser"} {
		_, _ = admin.Exec(t.Context(), "drop role if exists "+role)
		if _, err := admin.Exec(t.Context(), "create role "+role+" login "+attribute); err != nil {
			t.Fatal(err)
		}
	}
	as := func(role string) string {
		u, err := url.Parse(d.SuperURL)
		if err != nil {
			t.Fatal(err)
		}
		u.User = url.User(role)
		return u.String()
	}
	for address, want := range map[string]string{
		d.SuperURL:         "is a superuser",
		as("fit_bypasses"): "has BYPASSRLS",
		as("fit_nobody"):   "does not answer",
	} {
		for _, other := range []string{address, d.OwnerURL} {
			err := db.Preflight(t.Context(), address, other)
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want %q", err, want)
			}
		}
	}
	for _, address := range []string{d.OwnerURL, d.URL, as("fit_plain")} {
		if err := db.Preflight(t.Context(), address, d.OwnerURL); err != nil {
			t.Errorf("a fit role was refused: %v", err)
		}
	}
}
