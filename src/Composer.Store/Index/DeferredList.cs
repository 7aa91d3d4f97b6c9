using System.Collections;

namespace Composer.Store.Index;

/// <summary>
/// A list that is read when somebody looks into it: of the many records that a plan finds it wants to know the
/// outputs, of few the fields.
/// </summary>
/// <remarks>Safe to share between threads.</remarks>
internal sealed class DeferredList<T>(Func<IReadOnlyList<T>> read) : IReadOnlyList<T>
{
    private readonly Lazy<IReadOnlyList<T>> items = new(read);

    public int Count => items.Value.Count;

    public T this[int index] => items.Value[index];

    public IEnumerator<T> GetEnumerator() => items.Value.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
