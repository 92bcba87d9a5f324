package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"clientportal/internal/config"
	"clientportal/internal/route"
	"clientportal/internal/web"
)

// drain is how long answers that are under way may take when the portal stops.
const drain = 10 * time.Second

// listen opens the configured address and says under which the portal is reached.
func listen(ctx context.Context, c *config.Config) (net.Listener, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Addr)
	if err != nil {
		return nil, fmt.Errorf("PORTAL_ADDR: %w", err)
	}
	if c.BaseURL == "" {
		c.BaseURL = "http://" + reachable(listener.Addr().(*net.TCPAddr))
	}
	return listener, nil
}

// reachable is an address to open in a browser of this machine.
func reachable(a *net.TCPAddr) string {
	host := a.IP.String()
	if a.IP.IsUnspecified() {
		host = "localhost"
	}
	return net.JoinHostPort(host, fmt.Sprint(a.Port))
}

// handler is the whole portal over HTTP: what surrounds every route, from the
// outside in.
func (a *App) handler() http.Handler {
	edge := func(r *http.Request) route.Edge {
		if strings.HasPrefix(r.URL.Path, "/api/") {
			return a.api
		}
		return a.pages
	}
	h := a.metrics.observed(a.table)
	h = sameOrigin(edge, a.config.BaseURL, h)
	h = recovered(edge, h)
	h = web.Compress(h)
	h = web.SecurityHeaders(a.config.HTTPS(), h)
	h = logged(h)
	return identify(a.config, h)
}

// serve answers on the listener until ctx ends, then lets answers under way finish.
func serve(ctx context.Context, listener net.Listener, h http.Handler, endStreams func()) error {
	server := &http.Server{
		Handler:           h,
		BaseContext:       func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       5 * time.Minute, // a large upload over a slow line
		WriteTimeout:      5 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(slog.Default().Handler(), slog.LevelDebug),
	}
	server.RegisterOnShutdown(endStreams) // or they would keep it waiting
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	err := server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = server.Close()
	}
	return err
}
