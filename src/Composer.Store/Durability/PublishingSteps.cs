using Composer.Core.Faults;

namespace Composer.Store.Durability;

/// <summary>The points that several small files pass on their way to their names.</summary>
internal sealed record PublishingSteps(PublishingPoint Begun, PublishingPoint Written, PublishingPoint HalfNamed, PublishingPoint Named)
{
    public static PublishingSteps OfBlobs { get; } =
        new(PublishingPoint.BlobsBegun, PublishingPoint.BlobsWritten, PublishingPoint.BlobsHalfNamed, PublishingPoint.BlobsNamed);

    public static PublishingSteps OfRecords { get; } =
        new(PublishingPoint.RecordsBegun, PublishingPoint.RecordsWritten, PublishingPoint.RecordsHalfNamed, PublishingPoint.RecordsNamed);

    public static PublishingSteps OfRuns { get; } =
        new(PublishingPoint.RunWritten, PublishingPoint.RunWritten, PublishingPoint.RunNamed, PublishingPoint.RunNamed);
}
