package settings_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"clientportal/internal/actor"
	"clientportal/internal/db"
	"clientportal/internal/db/dbtest"
	"clientportal/internal/fault"
	"clientportal/internal/settings"
	"clientportal/internal/web"
)

func as(ctx context.Context, role actor.Role) context.Context {
	return actor.With(ctx, actor.Actor{Kind: actor.Staff, ID: uuid.New(), Name: "Ada", Role: role, AllCustomers: role == actor.Admin})
}

func always(time.Time) error { return nil }

func text(s string) *string { return &s }

func TestOnlyAnAdminChangesTheAgency(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	s := settings.New(d.DB, "https://portal.example")
	change := settings.Change{Name: text("Northlight"), Accent: text("#AA3300"), MailSignature: text("Kind regards")}
	for _, role := range []actor.Role{actor.Manager, actor.Agent} {
		if _, err := s.Change(as(t.Context(), role), change, always); fault.CodeOf(err) != fault.Forbidden {
			t.Errorf("%s: %v", role, err)
		}
		if err := s.SetLogo(as(t.Context(), role), bytes.NewReader(picture(t, 10, 10))); fault.CodeOf(err) != fault.Forbidden {
			t.Errorf("logo by %s: %v", role, err)
		}
	}
	admin := as(t.Context(), actor.Admin)
	after, err := s.Change(admin, change, always)
	if err != nil || after.Name != "Northlight" || after.Accent != "#aa3300" {
		t.Fatalf("%+v, %v", after, err)
	}
	if now := s.Current(t.Context()); now.Name != "Northlight" || now.MailSignature != "Kind regards" {
		t.Errorf("this portal still shows %+v", now)
	}
	stale := func(time.Time) error { return fault.New(fault.Stale, "changed") }
	if _, err := s.Change(admin, settings.Change{Name: text("Other")}, stale); fault.CodeOf(err) != fault.Stale {
		t.Errorf("a stale change: %v", err)
	}
	var events int
	err = d.Read(admin, func(tx *db.Tx) error {
		return tx.QueryRow(admin, `select count(*) from audit_events where action = 'agency.update'`).Scan(&events)
	})
	if err != nil || events != 1 {
		t.Errorf("%d events, %v", events, err)
	}
}

func TestWhatIsWrongIsSaidAtItsField(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	s := settings.New(d.DB, "")
	for field, change := range map[string]settings.Change{
		"name":           {Name: text("  ")},
		"accent":         {Accent: text("red; background:url(x)")},
		"support_email":  {SupportEmail: text("Help <help@agency.example>")},
		"timezone":       {Timezone: text("Mars/Olympus")},
		"legal_line":     {LegalLine: text("a\x00b")},
		"mail_signature": {MailSignature: text(strings.Repeat("x", 1001))},
	} {
		_, err := s.Change(as(t.Context(), actor.Admin), change, always)
		f, ok := err.(*fault.Error) //nolint:errorlint // the action returns it bare
		if !ok || len(f.Fields) != 1 || f.Fields[0].Name != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestLogoIsDrawnAnew(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	s := settings.New(d.DB, "")
	admin := as(t.Context(), actor.Admin)
	if err := s.SetLogo(admin, bytes.NewReader(append(picture(t, 1200, 300), "<script>alert(1)</script>"...))); err != nil {
		t.Fatal(err)
	}
	a, err := s.Agency(admin)
	if err != nil || !strings.HasPrefix(a.LogoURL, "/brand/logo-") {
		t.Fatalf("%+v, %v", a, err)
	}
	var stored []byte
	err = d.Read(admin, func(tx *db.Tx) error { return tx.QueryRow(admin, `select logo from agency`).Scan(&stored) })
	if err != nil {
		t.Fatal(err)
	}
	drawn, err := png.DecodeConfig(bytes.NewReader(stored))
	if err != nil || drawn.Height != 72 || drawn.Width != 288 || bytes.Contains(stored, []byte("script")) {
		t.Errorf("stored as %+v, %v", drawn, err)
	}
	if err := s.RemoveLogo(admin); err != nil {
		t.Fatal(err)
	}
	if a, err := s.Agency(admin); err != nil || a.LogoURL != "" {
		t.Errorf("removed: %+v, %v", a, err)
	}
	for name, file := range map[string][]byte{
		"an SVG with script": []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`),
		"HTML":               []byte("<html></html>"),
		"half a picture":     picture(t, 100, 100)[:60],
		"nothing":            nil,
		"3 MB":               bytes.Repeat([]byte{0}, 3<<20),
		"a huge canvas":      picture(t, 6001, 1),
	} {
		if err := s.SetLogo(admin, bytes.NewReader(file)); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func picture(t *testing.T, width, height int) []byte {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	for x := range width {
		img.Set(x, x%height, color.NRGBA{R: uint8(x), A: 255})
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestDocumentsAreOnTheAgencysPaper(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	s := settings.New(d.DB, "https://portal.example")
	change := settings.Change{Name: text("Northlight"), Accent: text("#AA3300"), LegalLine: text("Northlight Ltd, Leeds")}
	if _, err := s.Change(as(t.Context(), actor.Admin), change, always); err != nil {
		t.Fatal(err)
	}
	if err := s.SetLogo(as(t.Context(), actor.Admin), bytes.NewReader(picture(t, 40, 20))); err != nil {
		t.Fatal(err)
	}
	paper, err := s.Paper(t.Context())
	accent, _ := paper.Accent.(color.RGBA)
	if err != nil || paper.Name != "Northlight" || paper.Legal != "Northlight Ltd, Leeds" ||
		fmt.Sprintf("#%02x%02x%02x", accent.R, accent.G, accent.B) != web.AccentOf("#aa3300").Light {
		t.Errorf("the paper has %q, %q, %v (%v)", paper.Name, paper.Legal, paper.Accent, err)
	}
	if size, err := png.DecodeConfig(bytes.NewReader(paper.Logo)); err != nil || size.Width != 40 {
		t.Errorf("the logo is %d wide (%v)", size.Width, err)
	}
}
