using Bank131.Client;
using PayoutWorker.Lab.Simulation.Engine;
using PayoutWorker.Lab.Simulation.Faults;
using PayoutWorker.Lab.Simulation.Judging;
using PayoutWorker.Lab.Simulation.Model;
using Sim = Bank131.Simulator;

namespace PayoutWorker.Lab.Simulation.Actors;

/// <summary>The bank and the network around it: calls on their way in, answers and webhooks on their way out.</summary>
internal sealed class BankSide : IDisposable
{
    private static readonly TimeSpan WebhookTimeout = TimeSpan.FromSeconds(10);

    private readonly World _world;
    private readonly SeedPlan _plan;
    private readonly Judge _judge;
    private readonly ModelStore _model;
    private readonly FaultDice _dice;
    private readonly List<byte[]> _delivered = [];

    public BankSide(World world, SeedPlan plan, Judge judge, ModelStore model, FaultDice dice)
    {
        (_world, _plan, _judge, _model, _dice) = (world, plan, judge, model, dice);
        Machine = new Sim.BankMachine(plan.Bank, Observe);
        foreach (var order in plan.Orders)
            if (order.Script is not null)
                Machine.Script(order.Script);
    }

    public Sim.BankMachine Machine { get; }
    public Func<SimulatedWorker?> AnyWorker { get; set; } = () => null;

    /// <summary>What becomes of a webhook on its way; the tests of single faults open and hold back parcels.</summary>
    public Func<Sim.WebhookDelivery, Parcel> Carrier { get; set; } = delivery => new Parcel(delivery.Body);

    /// <summary>Everything that happens at the bank.</summary>
    public Action<Sim.BankEvent> Happened { get; set; } = _ => { };

    /// <summary>Calls that have left a worker and not reached the bank.</summary>
    public int InTransit { get; private set; }

    public void Advance()
    {
        foreach (var delivery in Machine.Advance(_world.Now))
            Deliver(delivery, _world.Milliseconds(1, 60));
    }

    public void Take(
        string project,
        string path,
        ReadOnlyMemory<byte> body,
        string? key,
        FaultKind? fault,
        Action<BankAnswer> answered
    )
    {
        var request = new Sim.BankRequest(project, path, body, null, key);
        var scripted = fault is { } kind ? _dice.Carry(kind, path, _plan) : null;
        InTransit++;
        _world.At(
            _world.Milliseconds(1, 60),
            () =>
            {
                InTransit--;
                Answer(Handle(request, scripted), answered);
            }
        );
    }

    public void Dispose() => Machine.Dispose();

    private Sim.BankReply Handle(Sim.BankRequest request, Sim.CallFault? fault)
    {
        if (fault is not null)
            Machine.Script(fault);
        var reply = Machine.Handle(request, _world.Now);
        if (fault is not null)
            Machine.ClearFaults();
        foreach (var delivery in reply.SendFirst)
            Deliver(delivery, TimeSpan.FromMilliseconds(1));
        return reply;
    }

    private void Answer(Sim.BankReply reply, Action<BankAnswer> answered)
    {
        // An answer that a webhook shall precede leaves it the time to be stored.
        var back = reply.Delay + _world.Milliseconds(1, 60) + TimeSpan.FromMilliseconds(reply.SendFirst.Count * 30);
        switch (reply.Fate)
        {
            case Sim.ReplyFate.Silence:
                return;
            case Sim.ReplyFate.Reset:
                _world.At(back, () => answered(new BankAnswer.Unknown("connection: ResponseEnded")));
                return;
            case Sim.ReplyFate.Truncate:
                var half = reply.Body[..(reply.Body.Length / 2)];
                _world.At(back, () => answered(AnswerReader.Read(reply.HttpStatus, reply.RetryAfter, half)));
                return;
            default:
                _world.At(back, () => answered(AnswerReader.Read(reply.HttpStatus, reply.RetryAfter, reply.Body)));
                return;
        }
    }

    private void Deliver(Sim.WebhookDelivery delivery, TimeSpan after)
    {
        var isAnswered = false;
        _world.At(
            after,
            () =>
            {
                var parcel = Carrier(delivery);
                if (delivery.Forged || parcel.IsRefused)
                    Answered(401);
                else
                    AnyWorker()?.Receive(parcel.Body, status => Answered(parcel.IsAnswerLost ? null : status));
            }
        );
        _world.At(after + WebhookTimeout, () => Answered(null));
        if (!delivery.Forged)
            Replay(delivery);

        void Answered(int? status)
        {
            if (isAnswered)
                return;
            isAnswered = true;
            Machine.WebhookAnswered(delivery, status, _world.Now);
        }
    }

    // Somebody who has listened sends an old webhook again, byte for byte.
    private void Replay(Sim.WebhookDelivery delivery)
    {
        _delivered.Add(delivery.Body);
        if (!_dice.Interferes(0.05))
            return;
        var old = _delivered[_world.Random.Next(_delivered.Count)];
        var state = delivery.Session.Payee is { } payee ? _judge.RowOf(payee)?.State : null;
        if (state is { } known)
            _dice.Strikes(FaultKind.WebhookReplayed, known);
        _world.At(_world.Between(TimeSpan.Zero, TimeSpan.FromMinutes(10)), () => AnyWorker()?.Receive(old, _ => { }));
    }

    private void Observe(Sim.BankEvent happened)
    {
        Happened(happened);
        if (_world.Tracing && happened.Kind != Sim.BankEventKind.StatusAsked)
            _world.Note(
                $"bank: {happened.Kind} {happened.SessionId} {happened.Payee} {happened.Code} {happened.WebhookType} "
                    + $"{happened.HttpStatus}"
            );
        if (
            happened.Kind != Sim.BankEventKind.Fault
            || !Enum.TryParse<FaultKind>("Webhook" + happened.Code, out var kind)
        )
            return;
        if (happened.Payee is { } payee && _judge.RowOf(payee) is { } row)
            _dice.Strikes(kind, row.State);
    }
}
