using Composer.Pipeline.Jobs;

namespace Composer.Pipeline.Tests;

/// <summary>A made-up computation under way.</summary>
internal sealed record FakeWork(string Value, JobTools Tools, CancellationToken Cancellation);
