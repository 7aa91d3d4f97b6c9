namespace Composer.Language.Evaluation.Harness;

/// <summary>
/// CPython's <c>random.Random(seed)</c>: MT19937 (Matsumoto and Nishimura 1998), seeded by array, and its
/// <c>sample</c>. Only for drawing examples and resamplings as lm-evaluation-harness draws them.
/// </summary>
internal sealed class MersenneTwister
{
    private const int N = 624;
    private const int M = 397;

    private readonly uint[] state = new uint[N];
    private int index = N;

    /// <param name="seed">At least 0; below 2³², which is one word of the seeding array.</param>
    public MersenneTwister(uint seed)
    {
        state[0] = 19650218;
        for (var i = 1; i < N; i++)
        {
            state[i] = (1812433253 * (state[i - 1] ^ (state[i - 1] >> 30))) + (uint)i;
        }

        var at = 1;
        for (var k = N; k > 0; k--)
        {
            state[at] = (state[at] ^ ((state[at - 1] ^ (state[at - 1] >> 30)) * 1664525)) + seed;
            Advance(ref at);
        }

        for (var k = N - 1; k > 0; k--)
        {
            state[at] = (state[at] ^ ((state[at - 1] ^ (state[at - 1] >> 30)) * 1566083941)) - (uint)at;
            Advance(ref at);
        }

        state[0] = 0x80000000;
    }

    /// <summary>32 random bits: <c>getrandbits(32)</c>.</summary>
    public uint NextUInt32()
    {
        if (index == N)
        {
            Twist();
        }

        var y = state[index++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9D2C5680;
        y ^= (y << 15) & 0xEFC60000;
        return y ^ (y >> 18);
    }

    /// <summary>A number in [0, 1) with 53 bits: <c>random()</c>.</summary>
    public double NextDouble()
    {
        var (high, low) = (NextUInt32() >> 5, NextUInt32() >> 6);
        return ((high * 67108864.0) + low) * (1.0 / 9007199254740992.0);
    }

    /// <summary>The indices that <c>sample(population, count)</c> takes from a population of this size.</summary>
    public int[] Sample(int population, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, population);
        var result = new int[count];
        var setSize = 21.0;
        if (count > 5)
        {
            setSize += Math.Pow(4, Math.Ceiling(Math.Log(count * 3) / Math.Log(4)));
        }

        if (population <= setSize)
        {
            int[] pool = [.. Enumerable.Range(0, population)];
            for (var i = 0; i < count; i++)
            {
                var j = Below(population - i);
                result[i] = pool[j];
                pool[j] = pool[population - i - 1];
            }

            return result;
        }

        var taken = new HashSet<int>();
        for (var i = 0; i < count; i++)
        {
            int j;
            do
            {
                j = Below(population);
            }
            while (!taken.Add(j));

            result[i] = j;
        }

        return result;
    }

    /// <summary><c>_randbelow</c>: as many bits as the bound has, until they are below it.</summary>
    private int Below(int bound)
    {
        var bits = 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)bound);
        uint value;
        do
        {
            value = NextUInt32() >> (32 - bits);
        }
        while (value >= bound);

        return (int)value;
    }

    private void Advance(ref int at)
    {
        if (++at == N)
        {
            state[0] = state[N - 1];
            at = 1;
        }
    }

    private void Twist()
    {
        for (var i = 0; i < N; i++)
        {
            var y = (state[i] & 0x80000000) | (state[(i + 1) % N] & 0x7FFFFFFF);
            state[i] = state[(i + M) % N] ^ (y >> 1) ^ ((y & 1) * 0x9908B0DF);
        }

        index = 0;
    }
}
