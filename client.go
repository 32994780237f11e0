package featurebase

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/featurebase-community/featurebase-go/internal/ratelimit"
)

// Client calls the Featurebase API. Create one with [NewClient] or
// [NewClientFromEnv] and share it: a Client is immutable and safe for
// concurrent use.
type Client struct {
	// Contacts manages the customers and leads of the organization.
	Contacts *ContactsService
	// Companies manages the companies that contacts belong to.
	Companies *CompaniesService
	// Boards reads the boards to which feedback is submitted.
	Boards *BoardsService
	// Posts manages the feedback of the organization, and its voters.
	Posts *PostsService
	// Comments manages the comments on posts and changelogs.
	Comments *CommentsService
	// PostStatuses reads the statuses that posts can be in.
	PostStatuses *PostStatusesService
	// CustomFields reads the custom fields that posts can have.
	CustomFields *CustomFieldsService
	// Conversations manages conversations with customers and leads.
	Conversations *ConversationsService
	// Tickets manages tickets.
	Tickets *TicketsService
	// ConversationTags manages the tags of conversations.
	ConversationTags *ConversationTagsService
	// ConversationAttributes reads the definitions of conversations' attributes.
	ConversationAttributes *ConversationAttributesService
	// Surveys reads surveys and the responses to them.
	Surveys *SurveysService
	// Changelogs manages the subscribers of the organization's changelogs.
	Changelogs *ChangelogsService
	// AuditLogs reads the organization's audit log.
	AuditLogs *AuditLogsService
	// Webhooks lists and creates webhooks.
	Webhooks *WebhooksService

	base             *url.URL
	insecureHTTP     bool
	httpClient       *http.Client // nil: none
	settings         settings
	version          []string // the version header's value for settings.version
	userAgent        []string // the header's value
	retryWaitFirst   time.Duration
	retryWaitLongest time.Duration
	maxRateLimitWait time.Duration
	logger           *slog.Logger
	gate             *ratelimit.Gate
	clock            *ratelimit.Clock
	// authorization returns the header's value. The token is kept only in this
	// closure, so that formatting a Client never reveals it.
	authorization func(context.Context) ([]string, error)
}

// NewClient returns a Client that authenticates with token, an API key, which
// begins with sk_. With [WithTokenSource], token must be empty. NewClient sends
// nothing.
//
// If the token or any options are invalid, the error describes all problems.
func NewClient(token string, opts ...Option) (*Client, error) {
	cfg := newConfig()
	var problems []error
	for _, o := range opts {
		if o == nil {
			problems = append(problems, errNilOption)
			continue
		}
		problems = append(problems, o.applyToClient(&cfg))
	}
	authorization, err := cfg.authorization(token)
	problems = append(problems, err)
	base, err := parseBaseURL(cfg.baseURL, cfg.insecureHTTP)
	problems = append(problems, withOrigin(err, cfg.baseURLFrom))
	if cfg.insecureFromEnv && (cfg.tokenSource != nil || !strings.HasPrefix(token, "sk_test")) {
		problems = append(problems, errors.New("featurebase: FEATUREBASE_INSECURE_HTTP is for test servers; want a key for one, which begins with sk_test"))
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	c := &Client{
		base:             base,
		insecureHTTP:     cfg.insecureHTTP,
		httpClient:       cfg.httpClient,
		settings:         cfg.settings,
		userAgent:        []string{cfg.userAgent},
		retryWaitFirst:   cfg.retryWaitFirst,
		retryWaitLongest: cfg.retryWaitLongest,
		maxRateLimitWait: cfg.maxRateLimitWait,
		logger:           cfg.logger,
		gate:             ratelimit.NewGate(cfg.maxRateLimitWait),
		clock:            &ratelimit.Clock{},
		authorization:    authorization,
	}
	if v := c.settings.version; v != "" {
		c.version = []string{string(v)}
	}
	c.addServices()
	return c, nil
}

// addServices sets the exported fields, whose types are all the same but for their
// names and methods.
func (c *Client) addServices() {
	service := reflect.ValueOf(&struct{ client *Client }{c})
	fields := reflect.ValueOf(c).Elem()
	for i := range fields.NumField() {
		if field := fields.Field(i); field.CanSet() {
			field.Set(service.Convert(field.Type()))
		}
	}
}

// NewClientFromEnv calls [NewClient] with the token from FEATUREBASE_API_KEY
// and, if it is set, the base URL from FEATUREBASE_BASE_URL. Options in opts
// take precedence. With [WithTokenSource] in opts, FEATUREBASE_API_KEY must not
// be set.
//
// FEATUREBASE_INSECURE_HTTP=1 allows plain http as [WithInsecureHTTP] does, so
// that a program can be run against a fake in another container without changing
// its code. It is refused together with a key that doesn't begin with sk_test.
func NewClientFromEnv(opts ...Option) (*Client, error) {
	env := clientOption(func(c *config) error {
		c.tokenFrom = "FEATUREBASE_API_KEY"
		if baseURL := os.Getenv("FEATUREBASE_BASE_URL"); baseURL != "" {
			c.baseURL, c.baseURLFrom = baseURL, "FEATUREBASE_BASE_URL"
		}
		switch v := os.Getenv("FEATUREBASE_INSECURE_HTTP"); v {
		case "":
		case "1":
			c.insecureHTTP, c.insecureFromEnv = true, true
		default:
			return fmt.Errorf("featurebase: FEATUREBASE_INSECURE_HTTP is %s: want 1, or none", quote(v))
		}
		return nil
	})
	return NewClient(os.Getenv("FEATUREBASE_API_KEY"), append([]Option{env}, opts...)...)
}

// withOrigin adds the environment variable that a problem came from, if any.
func withOrigin(problem error, variable string) error {
	if problem == nil || variable == "" {
		return problem
	}
	return fmt.Errorf("%w (from %s)", problem, variable)
}

// versionHeader returns the header's value; nil: none.
func (c *Client) versionHeader(v APIVersion) []string {
	switch v {
	case "":
		return nil
	case c.settings.version:
		return c.version
	}
	return []string{string(v)}
}

// transport returns the transport to use, looked up for each request so that a
// mock can be installed at any time, and the shorter of timeout and the
// http.Client's.
func (c *Client) transport(timeout time.Duration) (http.RoundTripper, time.Duration) {
	if hc := c.httpClient; hc != nil {
		if hc.Timeout > 0 && (timeout == 0 || hc.Timeout < timeout) {
			timeout = hc.Timeout
		}
		if hc.Transport != nil {
			return hc.Transport, timeout
		}
	}
	if t, ok := http.DefaultTransport.(*http.Transport); !ok || t != initialTransport {
		return http.DefaultTransport, timeout
	}
	return pooledTransport(), timeout
}

// initialTransport is http.DefaultTransport, or nil if that had been replaced
// before this package was initialized.
var initialTransport, _ = http.DefaultTransport.(*http.Transport)

// pooledTransport is shared by all clients without an http.Client of their own,
// so that creating clients doesn't leak connections. It is only called if
// http.DefaultTransport is still initialTransport, which then is not nil.
var pooledTransport = sync.OnceValue(func() *http.Transport {
	t := initialTransport.Clone()
	t.MaxIdleConns = 0
	t.MaxIdleConnsPerHost = 1024 // the default of 2 would reopen connections all the time
	t.MaxResponseHeaderBytes = 256 << 10
	t.HTTP2 = &http.HTTP2Config{SendPingTimeout: 15 * time.Second} // detects dead connections
	return t
})

// inTheClear refuses to send the token in the clear to a proxy. A base URL with
// plain http is on this machine, unless WithInsecureHTTP allows others, and
// whether a proxy stands between is for the transport to say.
func (c *Client) inTheClear(transport http.RoundTripper, req *http.Request) error {
	t, ok := transport.(*http.Transport)
	if !ok || t.Proxy == nil || req.URL.Scheme != "http" || c.insecureHTTP {
		return nil
	}
	if proxy, err := t.Proxy(req); err != nil || proxy == nil {
		return nil // an error of Proxy is the transport's to return
	}
	return errProxied
}
