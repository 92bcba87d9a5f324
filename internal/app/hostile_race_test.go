package app_test

import (
	"maps"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"clientportal/internal/app/apptest"
)

// atOnce does the same n times at the same moment and gives the answers.
func atOnce(n int, do func(i int) apptest.Response) []apptest.Response {
	answers := make([]apptest.Response, n)
	start := make(chan struct{})
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			<-start
			answers[i] = do(i)
		})
	}
	close(start)
	all.Wait()
	return answers
}

// expectStatuses counts answers by their status.
func expectStatuses(t *testing.T, what string, answers []apptest.Response, want map[int]int) {
	t.Helper()
	got := map[int]int{}
	for _, a := range answers {
		got[a.Status]++
	}
	if !maps.Equal(got, want) {
		t.Errorf("%s: answers by status are %v, want %v", what, got, want)
	}
}

func TestParallelWrongLogins(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	const login = "/api/client-portal/auth/login"
	nobody := s.Nobody(t)
	answers := atOnce(200, func(i int) apptest.Response {
		return nobody.JSON(http.MethodPost, login, map[string]string{"email": s.Acme.Member.Email, "password": "wrong guess " + strconv.Itoa(i)})
	})
	expectStatuses(t, "200 wrong passwords at once", answers, map[int]int{http.StatusUnauthorized: 10, http.StatusTooManyRequests: 190})
	for _, a := range answers {
		wait, err := strconv.Atoi(a.Header.Get("Retry-After"))
		if a.Status == http.StatusTooManyRequests && (err != nil || wait < 1 || wait > 15*60) {
			t.Fatalf("Retry-After is %q", a.Header.Get("Retry-After"))
		}
	}
	right := map[string]string{"email": s.Acme.Member.Email, "password": apptest.Password}
	nobody.JSON(http.MethodPost, login, right).Must(t, http.StatusTooManyRequests)
	s.SignIn(t, s.Acme.Approver)
	s.SignIn(t, s.Bolt.Member)
}

func TestParallelResets(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	nobody, old := s.Nobody(t), s.signIn("member")
	nobody.JSON(http.MethodPost, "/api/client-portal/auth/forgot-password", map[string]string{"email": s.Acme.Member.Email}).Must(t, http.StatusAccepted)
	token := s.Token(t, s.Acme.Member.Email, "token")
	reset := func(i int) apptest.Response {
		return nobody.JSON(http.MethodPost, "/api/client-portal/auth/reset-password",
			map[string]string{"token": token, "password": "four quite random words " + strconv.Itoa(i)})
	}
	answers := atOnce(20, reset)
	expectStatuses(t, "20 uses of a reset token at once", answers, map[int]int{http.StatusNoContent: 1, http.StatusUnprocessableEntity: 19})
	s.expectOneOf("the token once more", reset(20), http.StatusUnprocessableEntity)
	old.Get("/api/client-portal/auth/me").Must(t, http.StatusUnauthorized)
	for i, a := range answers {
		want := http.StatusUnauthorized
		if a.Status == http.StatusNoContent {
			want = http.StatusOK
		}
		if i < 9 || a.Status == http.StatusNoContent { // more would be throttled
			nobody.JSON(http.MethodPost, "/api/client-portal/auth/login",
				map[string]string{"email": s.Acme.Member.Email, "password": "four quite random words " + strconv.Itoa(i)}).Must(t, want)
		}
	}
}

func TestParallelInvitations(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.caller("admin").JSON(http.MethodPost, "/api/client-portal/team/invitations", map[string]string{"email": s.Bolt.Member.Email, "role": "viewer"}).Must(t, http.StatusCreated)
	token := s.Token(t, s.Bolt.Member.Email, "invite")
	body := map[string]string{"token": token}
	s.expectOneOf("an invitation of somebody else", s.caller("Bolt's admin").JSON(http.MethodPost, "/api/client-portal/auth/accept-invitation", body),
		http.StatusUnprocessableEntity)
	invited := s.SignIn(t, s.Bolt.Member)
	answers := atOnce(20, func(int) apptest.Response {
		return invited.JSON(http.MethodPost, "/api/client-portal/auth/accept-invitation", body)
	})
	expectStatuses(t, "20 uses of an invitation at once", answers, map[int]int{http.StatusOK: 1, http.StatusUnprocessableEntity: 19})
}

func TestParallelCodes(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	var factor struct{ Secret string }
	member := s.caller("member")
	member.JSON(http.MethodPost, "/api/client-portal/auth/two-factor", nil).Must(t, http.StatusOK).Decode(t, &factor)
	code := func(at time.Time) string {
		code, err := totp.GenerateCode(factor.Secret, at)
		if err != nil {
			t.Fatal(err)
		}
		return code
	}
	now := time.Now()
	member.JSON(http.MethodPost, "/api/client-portal/auth/two-factor/confirm", map[string]string{"code": code(now)}).Must(t, http.StatusOK)
	nobody := s.Nobody(t)
	login := func(code string) apptest.Response {
		return nobody.JSON(http.MethodPost, "/api/client-portal/auth/login",
			map[string]string{"email": s.Acme.Member.Email, "password": apptest.Password, "totp_code": code})
	}
	login(code(now)).Must(t, http.StatusUnauthorized) // used to confirm
	next := code(now.Add(30 * time.Second))
	let := 0
	for _, a := range atOnce(8, func(int) apptest.Response { return login(next) }) {
		if a.Status == http.StatusOK {
			let++
		}
	}
	if let != 1 {
		t.Errorf("one code let %d in, want 1", let)
	}
}

func TestExpiredTokens(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	nobody, database := s.Nobody(t), superuser(t, s.DB)
	expire := func(sql string) {
		t.Helper()
		if tag, err := database.Exec(t.Context(), sql); err != nil || tag.RowsAffected() == 0 {
			t.Fatalf("%s: %v %v", sql, tag, err)
		}
	}
	nobody.JSON(http.MethodPost, "/api/client-portal/auth/forgot-password", map[string]string{"email": s.Acme.Member.Email}).Must(t, http.StatusAccepted)
	token := s.Token(t, s.Acme.Member.Email, "token")
	expire(`update client_portal_users set password_reset_expires_at = now() where password_reset_token is not null`)
	s.expectOneOf("an expired reset", nobody.JSON(http.MethodPost, "/api/client-portal/auth/reset-password",
		map[string]string{"token": token, "password": "four quite random words"}), http.StatusUnprocessableEntity)

	email := s.newEmail()
	s.caller("admin").JSON(http.MethodPost, "/api/client-portal/team/invitations", map[string]string{"email": email, "role": "viewer"}).Must(t, http.StatusCreated)
	invitation := s.Token(t, email, "invite")
	registration := map[string]string{"email": email, "password": "four quite random words", "first_name": "N", "last_name": "N", "invite_token": invitation}
	nobody.JSON(http.MethodPost, "/api/client-portal/auth/register", registration).Must(t, http.StatusAccepted)
	token = s.Token(t, email, "token")
	expire(`update client_portal_users set email_verification_expires_at = now() where email_verification_token is not null`)
	verify := func() apptest.Response {
		return nobody.JSON(http.MethodPost, "/api/client-portal/auth/verify-email", map[string]string{"token": token})
	}
	s.expectOneOf("an expired verification", verify(), http.StatusUnprocessableEntity)
	nobody.JSON(http.MethodPost, "/api/client-portal/auth/register", registration).Must(t, http.StatusAccepted)
	token = s.Token(t, email, "token")
	verify().Must(t, http.StatusNoContent)
	s.expectOneOf("a verification used twice", verify(), http.StatusUnprocessableEntity)

	expire(`update sessions set expires_at = now()`)
	s.caller("admin").Get("/api/client-portal/auth/me").Must(t, http.StatusUnauthorized)
}
