using Composer.Core;

namespace Composer.Store.Leases;

/// <summary>The right to compute some keys: one holder at a time among all coordinators on a store.</summary>
/// <remarks>Renewed every few seconds until disposed; a holder that died is found out by its process identity.</remarks>
public sealed class StageLease : IDisposable
{
    /// <summary>A holder on another machine counts as dead after this long without a heartbeat.</summary>
    public static readonly TimeSpan Expiry = TimeSpan.FromSeconds(90);

    private readonly LeaseTable table;
    private bool released;

    internal StageLease(LeaseTable table, IReadOnlyList<Digest> keys) => (this.table, Keys) = (table, keys);

    /// <summary>What may be computed, in the order of the digests.</summary>
    public IReadOnlyList<Digest> Keys { get; }

    public void Dispose()
    {
        if (!released)
        {
            released = true;
            table.Release(Keys);
        }
    }
}
